namespace EmailSecurity.Sandbox.Contracts;

/// <summary>A rule of an emulated service was broken: inside a service only, its handler turns it into the service's own error reply.</summary>
public sealed class AwsRuleException(int status, string code, string message) : Exception(message)
{
    /// <summary>HTTP status.</summary>
    public int Status => status;

    /// <summary>Error code.</summary>
    public string Code => code;
}
