using System.Globalization;
using System.Text;
using System.Xml.Linq;
using EmailSecurity.Sandbox.Aws;
using EmailSecurity.Sandbox.Hosting;
using EmailSecurity.Sandbox.S3;
using EmailSecurity.Sandbox.Signing;

namespace EmailSecurity.Sandbox.Sts;

/// <summary>STS: who calls, and temporary keys. Query protocol.</summary>
internal sealed class StsService(AccountDirectory accounts, SandboxClock clock) : IAwsService
{
    private const string Version = "2011-06-15";
    private static readonly XNamespace Space = "https://sts.amazonaws.com/doc/2011-06-15/";

    /// <inheritdoc/>
    public string Name => "sts";

    /// <inheritdoc/>
    public AwsOperation? Identify(AwsCall call) => Parameters(call).GetValueOrDefault("Action") switch
    {
        "GetCallerIdentity" => new AwsOperation("GetCallerIdentity", false),
        "GetSessionToken" => new AwsOperation("GetSessionToken", false),
        _ => null,
    };

    /// <inheritdoc/>
    public Task<AwsReply> HandleAsync(AwsCall call, AwsOperation operation, CancellationToken cancellationToken)
    {
        var parameters = Parameters(call);
        if (parameters.GetValueOrDefault("Version") != Version)
        {
            return Task.FromResult(Error(call, 400, "NoSuchVersion", $"The requested version ( {parameters.GetValueOrDefault("Version")} ) of service AWSSecurityTokenService does not exist"));
        }
        var account = accounts.FindAccount(call.AccountId)!;
        if (operation.Name == "GetCallerIdentity")
        {
            return Task.FromResult(Reply(
                call,
                operation.Name,
                new XElement(Space + "Arn", account.UserArn.Replace("arn:aws:", $"arn:{Regions.Partition(call.Region)}:", StringComparison.Ordinal)),
                new XElement(Space + "UserId", account.UserId),
                new XElement(Space + "Account", account.AccountId)));
        }
        var text = parameters.GetValueOrDefault("DurationSeconds", "43200");
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds is < 900 or > 129600)
        {
            return Task.FromResult(Error(call, 400, "ValidationError", $"The requested DurationSeconds '{text}' is not from 900 to 129600"));
        }
        if (call.Headers.ContainsKey("x-amz-security-token"))
        {
            return Task.FromResult(Error(call, 403, "AccessDenied", "Cannot call GetSessionToken with session credentials"));
        }
        var session = accounts.OpenSession(account, clock.Now.AddSeconds(seconds));
        return Task.FromResult(Reply(
            call,
            operation.Name,
            new XElement(
                Space + "Credentials",
                new XElement(Space + "AccessKeyId", session.AccessKey),
                new XElement(Space + "SecretAccessKey", session.SecretKey),
                new XElement(Space + "SessionToken", session.SessionToken),
                new XElement(Space + "Expiration", session.Expires!.Value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)))));
    }

    /// <inheritdoc/>
    public AwsReply Error(AwsCall call, int status, string code, string message) => new(status, "text/xml", S3Xml.Document(new XElement(
        Space + "ErrorResponse",
        new XElement(Space + "Error", new XElement(Space + "Type", status < 500 ? "Sender" : "Receiver"), new XElement(Space + "Code", code), new XElement(Space + "Message", message)),
        new XElement(Space + "RequestId", call.RequestId))));

    private static AwsReply Reply(AwsCall call, string operation, params object[] result) => new(200, "text/xml", S3Xml.Document(new XElement(
        Space + (operation + "Response"),
        new XElement(Space + (operation + "Result"), result),
        new XElement(Space + "ResponseMetadata", new XElement(Space + "RequestId", call.RequestId)))));

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
