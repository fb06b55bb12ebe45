using Amazon.Runtime;
using Amazon.Subset;

namespace Amazon.CloudFront.Model;

public class Tag : Structure
{
    public string Key { get; set; }
    public string Value { get; set; }
}

public class Tags : Structure
{
    [Items("Tag")] public List<Tag> Items { get; set; }
}

public class TagResourceRequest : AmazonCloudFrontRequest
{
    [At(Place.Query, "Resource")] public string Resource { get; set; }
    [At(Place.Payload)] public Tags Tags { get; set; }
}

public class TagResourceResponse : AmazonWebServiceResponse;

public class ListTagsForResourceRequest : AmazonCloudFrontRequest
{
    [At(Place.Query, "Resource")] public string Resource { get; set; }
}

public class ListTagsForResourceResponse : AmazonWebServiceResponse
{
    [At(Place.Payload)] public Tags Tags { get; set; }
}
