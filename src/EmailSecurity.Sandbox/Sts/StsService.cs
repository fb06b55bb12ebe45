using System.Globalization;
using System.Text;
using System.Xml.Linq;
using EmailSecurity.Sandbox.Accounts;
using EmailSecurity.Sandbox.Aws;
using EmailSecurity.Sandbox.Contracts;
using EmailSecurity.Sandbox.Signing;

namespace EmailSecurity.Sandbox.Sts;

/// <summary>STS: who calls, and temporary keys. Query protocol.</summary>
internal sealed class StsService(AccountDirectory accounts, SandboxClock clock) : IAwsService
{
    private const string Version = "2011-06-15";
    private static readonly XNamespace Space = "https://sts.amazonaws.com/doc/2011-06-15/";

    private readonly RoleSessions roles = new(accounts, clock);

    /// <inheritdoc/>
    public string Name => "sts";

    /// <inheritdoc/>
    public AwsOperation? Identify(AwsCall call) => Parameters(call).GetValueOrDefault("Action") is "GetCallerIdentity" or "GetSessionToken" or "AssumeRole"
        ? new AwsOperation(Parameters(call)["Action"], false)
        : null;

    /// <inheritdoc/>
    public Task<AwsReply> HandleAsync(AwsCall call, AwsOperation operation, CancellationToken cancellationToken)
    {
        try
        {
            var parameters = Parameters(call);
            if (parameters.GetValueOrDefault("Version") != Version)
            {
                var version = parameters.GetValueOrDefault("Version");
                throw new AwsRuleException(400, "NoSuchVersion", $"The requested version ( {version} ) of service AWSSecurityTokenService does not exist");
            }
            var caller = accounts.FindKey(call.AccessKey)!;
            XElement[] result = operation.Name switch
            {
                "AssumeRole" => AssumeRole(caller, parameters),
                "GetSessionToken" => GetSessionToken(caller, parameters),
                _ => GetCallerIdentity(caller, Regions.Partition(call.Region)),
            };
            return Task.FromResult(new AwsReply(200, "text/xml", AwsXml.Document(new XElement(
                Space + (operation.Name + "Response"),
                new XElement(Space + (operation.Name + "Result"), result),
                new XElement(Space + "ResponseMetadata", new XElement(Space + "RequestId", call.RequestId))))));
        }
        catch (AwsRuleException e)
        {
            return Task.FromResult(Error(call, e.Status, e.Code, e.Message));
        }
    }

    /// <inheritdoc/>
    public AwsReply Error(AwsCall call, int status, string code, string message) => new(status, "text/xml", AwsXml.Document(new XElement(
        Space + "ErrorResponse",
        new XElement(
            Space + "Error",
            new XElement(Space + "Type", status < 500 ? "Sender" : "Receiver"),
            new XElement(Space + "Code", code),
            new XElement(Space + "Message", message)),
        new XElement(Space + "RequestId", call.RequestId))));

    private static XElement[] GetCallerIdentity(SandboxCredential caller, string partition) =>
    [
        new(Space + "Arn", caller.CallerArn.Replace("arn:aws:", $"arn:{partition}:", StringComparison.Ordinal)),
        new(Space + "UserId", caller.CallerId),
        new(Space + "Account", caller.Account.AccountId),
    ];

    private XElement[] GetSessionToken(SandboxCredential caller, Dictionary<string, string> parameters)
    {
        var text = parameters.GetValueOrDefault("DurationSeconds", "43200");
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds is < 900 or > 129600)
        {
            throw new AwsRuleException(400, "ValidationError", $"The requested DurationSeconds '{text}' is not from 900 to 129600");
        }
        return caller.SessionToken is null
            ? [Credentials(accounts.OpenSession(caller.Account, clock.Now.AddSeconds(seconds)))]
            : throw new AwsRuleException(403, "AccessDenied", "Cannot call GetSessionToken with session credentials");
    }

    private XElement[] AssumeRole(SandboxCredential caller, Dictionary<string, string> parameters)
    {
        var session = roles.Assume(caller, parameters);
        return
        [
            Credentials(session),
            new(Space + "AssumedRoleUser", new XElement(Space + "AssumedRoleId", session.CallerId), new XElement(Space + "Arn", session.CallerArn)),
        ];
    }

    private static XElement Credentials(SandboxCredential session) => new(
        Space + "Credentials",
        new XElement(Space + "AccessKeyId", session.AccessKey),
        new XElement(Space + "SecretAccessKey", session.SecretKey),
        new XElement(Space + "SessionToken", session.SessionToken),
        new XElement(Space + "Expiration", session.Expires!.Value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)));

    /// <summary>Parameters of the query protocol: form fields of a POST, or the query of a GET.</summary>
    private static Dictionary<string, string> Parameters(AwsCall call)
    {
        if (call.Method != "POST")
        {
            return new Dictionary<string, string>(call.Query);
        }
        var parameters = new Dictionary<string, string>();
        foreach (var pair in Encoding.UTF8.GetString(call.Body).Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                parameters[UriCodec.Decode(pair[..equals])] = UriCodec.Decode(pair[(equals + 1)..].Replace('+', ' '));
            }
        }
        return parameters;
    }
}
