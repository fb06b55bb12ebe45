using Amazon.Runtime;

namespace Amazon.CertificateManager.Model;

/// <summary>A request to the service.</summary>
public class AmazonCertificateManagerRequest : AmazonWebServiceRequest;
