using Amazon.Runtime;

namespace Amazon.CertificateManager.Model;

public class Tag
{
    public string Key { get; set; }
    public string Value { get; set; }
}

public class AddTagsToCertificateRequest : AmazonCertificateManagerRequest
{
    public string CertificateArn { get; set; }
    public List<Tag> Tags { get; set; }
}

public class AddTagsToCertificateResponse : AmazonWebServiceResponse;

public class ListTagsForCertificateRequest : AmazonCertificateManagerRequest
{
    public string CertificateArn { get; set; }
}

public class ListTagsForCertificateResponse : AmazonWebServiceResponse
{
    public List<Tag> Tags { get; set; }
}
