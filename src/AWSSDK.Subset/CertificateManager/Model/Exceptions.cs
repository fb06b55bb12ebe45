namespace Amazon.CertificateManager.Model;

public class AccessDeniedException(string message, Exception innerException = null) : AmazonCertificateManagerException(message, innerException);
public class ConflictException(string message, Exception innerException = null) : AmazonCertificateManagerException(message, innerException);
public class InvalidArgsException(string message, Exception innerException = null) : AmazonCertificateManagerException(message, innerException);
public class InvalidArnException(string message, Exception innerException = null) : AmazonCertificateManagerException(message, innerException);
public class InvalidDomainValidationOptionsException(string message, Exception innerException = null)
    : AmazonCertificateManagerException(message, innerException);
public class InvalidParameterException(string message, Exception innerException = null) : AmazonCertificateManagerException(message, innerException);
public class InvalidTagException(string message, Exception innerException = null) : AmazonCertificateManagerException(message, innerException);
public class LimitExceededException(string message, Exception innerException = null) : AmazonCertificateManagerException(message, innerException);
public class ResourceInUseException(string message, Exception innerException = null) : AmazonCertificateManagerException(message, innerException);
public class ResourceNotFoundException(string message, Exception innerException = null) : AmazonCertificateManagerException(message, innerException);
public class TagPolicyException(string message, Exception innerException = null) : AmazonCertificateManagerException(message, innerException);
public class ThrottlingException(string message, Exception innerException = null) : AmazonCertificateManagerException(message, innerException);
public class TooManyTagsException(string message, Exception innerException = null) : AmazonCertificateManagerException(message, innerException);
public class ValidationException(string message, Exception innerException = null) : AmazonCertificateManagerException(message, innerException);
