namespace Amazon.Route53.Model;

public class ConflictingDomainExistsException(string message, Exception innerException = null) : AmazonRoute53Exception(message, innerException);
public class DelegationSetNotAvailableException(string message, Exception innerException = null) : AmazonRoute53Exception(message, innerException);
public class DelegationSetNotReusableException(string message, Exception innerException = null) : AmazonRoute53Exception(message, innerException);
public class HostedZoneAlreadyExistsException(string message, Exception innerException = null) : AmazonRoute53Exception(message, innerException);
public class HostedZoneNotEmptyException(string message, Exception innerException = null) : AmazonRoute53Exception(message, innerException);
public class InvalidChangeBatchException(string message, Exception innerException = null) : AmazonRoute53Exception(message, innerException)
{
    public List<string> Messages { get; set; }
}

public class InvalidDomainNameException(string message, Exception innerException = null) : AmazonRoute53Exception(message, innerException);
public class InvalidInputException(string message, Exception innerException = null) : AmazonRoute53Exception(message, innerException);
public class InvalidVPCIdException(string message, Exception innerException = null) : AmazonRoute53Exception(message, innerException);
public class NoSuchChangeException(string message, Exception innerException = null) : AmazonRoute53Exception(message, innerException);
public class NoSuchDelegationSetException(string message, Exception innerException = null) : AmazonRoute53Exception(message, innerException);
public class NoSuchHealthCheckException(string message, Exception innerException = null) : AmazonRoute53Exception(message, innerException);
public class NoSuchHostedZoneException(string message, Exception innerException = null) : AmazonRoute53Exception(message, innerException);
public class PriorRequestNotCompleteException(string message, Exception innerException = null) : AmazonRoute53Exception(message, innerException);
public class ThrottlingException(string message, Exception innerException = null) : AmazonRoute53Exception(message, innerException);
public class TooManyHostedZonesException(string message, Exception innerException = null) : AmazonRoute53Exception(message, innerException);
