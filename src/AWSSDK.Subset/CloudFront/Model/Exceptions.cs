namespace Amazon.CloudFront.Model;

public class AccessDeniedException(string message, Exception innerException = null) : AmazonCloudFrontException(message, innerException);
public class BatchTooLargeException(string message, Exception innerException = null) : AmazonCloudFrontException(message, innerException);
public class CNAMEAlreadyExistsException(string message, Exception innerException = null) : AmazonCloudFrontException(message, innerException);
public class DistributionAlreadyExistsException(string message, Exception innerException = null) : AmazonCloudFrontException(message, innerException);
public class DistributionNotDisabledException(string message, Exception innerException = null) : AmazonCloudFrontException(message, innerException);
public class EntityNotFoundException(string message, Exception innerException = null) : AmazonCloudFrontException(message, innerException);
public class IllegalOriginAccessConfigurationException(string message, Exception innerException = null) : AmazonCloudFrontException(message, innerException);
public class IllegalUpdateException(string message, Exception innerException = null) : AmazonCloudFrontException(message, innerException);
public class InconsistentQuantitiesException(string message, Exception innerException = null) : AmazonCloudFrontException(message, innerException);
public class InvalidArgumentException(string message, Exception innerException = null) : AmazonCloudFrontException(message, innerException);
public class InvalidDefaultRootObjectException(string message, Exception innerException = null) : AmazonCloudFrontException(message, innerException);
public class InvalidDomainNameForOriginAccessControlException(string message, Exception innerException = null)
    : AmazonCloudFrontException(message, innerException);
public class InvalidIfMatchVersionException(string message, Exception innerException = null) : AmazonCloudFrontException(message, innerException);
public class InvalidMinimumProtocolVersionException(string message, Exception innerException = null) : AmazonCloudFrontException(message, innerException);
public class InvalidOriginException(string message, Exception innerException = null) : AmazonCloudFrontException(message, innerException);
public class InvalidOriginAccessControlException(string message, Exception innerException = null) : AmazonCloudFrontException(message, innerException);
public class InvalidTaggingException(string message, Exception innerException = null) : AmazonCloudFrontException(message, innerException);
public class InvalidViewerCertificateException(string message, Exception innerException = null) : AmazonCloudFrontException(message, innerException);
public class MissingBodyException(string message, Exception innerException = null) : AmazonCloudFrontException(message, innerException);
public class NoSuchCachePolicyException(string message, Exception innerException = null) : AmazonCloudFrontException(message, innerException);
public class NoSuchDistributionException(string message, Exception innerException = null) : AmazonCloudFrontException(message, innerException);
public class NoSuchInvalidationException(string message, Exception innerException = null) : AmazonCloudFrontException(message, innerException);
public class NoSuchOriginException(string message, Exception innerException = null) : AmazonCloudFrontException(message, innerException);
public class NoSuchOriginAccessControlException(string message, Exception innerException = null) : AmazonCloudFrontException(message, innerException);
public class NoSuchResourceException(string message, Exception innerException = null) : AmazonCloudFrontException(message, innerException);
public class OriginAccessControlAlreadyExistsException(string message, Exception innerException = null) : AmazonCloudFrontException(message, innerException);
public class OriginAccessControlInUseException(string message, Exception innerException = null) : AmazonCloudFrontException(message, innerException);
public class PreconditionFailedException(string message, Exception innerException = null) : AmazonCloudFrontException(message, innerException);
public class ResourceInUseException(string message, Exception innerException = null) : AmazonCloudFrontException(message, innerException);
public class TooManyCertificatesException(string message, Exception innerException = null) : AmazonCloudFrontException(message, innerException);
public class TooManyDistributionCNAMEsException(string message, Exception innerException = null) : AmazonCloudFrontException(message, innerException);
public class TooManyDistributionsException(string message, Exception innerException = null) : AmazonCloudFrontException(message, innerException);
public class TooManyDistributionsAssociatedToOriginAccessControlException(string message, Exception innerException = null)
    : AmazonCloudFrontException(message, innerException);
public class TooManyInvalidationsInProgressException(string message, Exception innerException = null) : AmazonCloudFrontException(message, innerException);
public class TooManyOriginAccessControlsException(string message, Exception innerException = null) : AmazonCloudFrontException(message, innerException);
