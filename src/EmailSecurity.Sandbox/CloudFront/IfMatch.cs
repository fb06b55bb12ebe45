using EmailSecurity.Sandbox.Contracts;

namespace EmailSecurity.Sandbox.CloudFront;

/// <summary>Writes under a condition.</summary>
internal static class IfMatch
{
    /// <summary>Refuses a write whose If-Match is not the present ETag.</summary>
    /// <exception cref="AwsRuleException">InvalidIfMatchVersion where it is missing or no ETag at all, PreconditionFailed where it is an old one.</exception>
    public static void Check(AwsCall call, string etag)
    {
        var given = (call.Headers.GetValueOrDefault("If-Match") ?? "").Trim('"');
        if (given == etag)
        {
            return;
        }
        if (given.Length == 0 || given[0] != 'E' || !given.All(char.IsAsciiLetterOrDigit))
        {
            throw new AwsRuleException(400, "InvalidIfMatchVersion", "The If-Match version is missing or not valid for the resource.");
        }
        throw new AwsRuleException(
            412, "PreconditionFailed", "The request failed because it didn't meet the preconditions in one or more request-header fields.");
    }
}
