using System.Globalization;
using System.Text.RegularExpressions;
using EmailSecurity.Sandbox.Accounts;
using EmailSecurity.Sandbox.Contracts;

namespace EmailSecurity.Sandbox.Sts;

/// <summary>
/// AssumeRole. The sandbox has no IAM: every role of an account is there, trusts every key of its account and nobody else, with a code of an MFA device or
/// without, may do what the account may, and has the default maximum session of an hour.
/// </summary>
internal sealed partial class RoleSessions(AccountDirectory accounts, SandboxClock clock)
{
    private readonly MfaDevices devices = new(clock);

    private const int DefaultSeconds = 3600;
    private const int LeastSeconds = 900;
    private const int MostSeconds = 43200;

    // What would narrow a session is refused: a session without it would silently do more.
    private static readonly string[] NotEmulated = ["Policy", "PolicyArns.", "Tags.", "TransitiveTagKeys.", "ProvidedContexts."];

    /// <summary>Gives out the keys of a role.</summary>
    /// <exception cref="AwsRuleException">ValidationError or AccessDenied.</exception>
    public SandboxCredential Assume(SandboxCredential caller, Dictionary<string, string> parameters)
    {
        if (parameters.Keys.FirstOrDefault(k => NotEmulated.Any(n => n.EndsWith('.') ? k.StartsWith(n, StringComparison.Ordinal) : k == n)) is { } refused)
        {
            throw new AwsRuleException(501, "NotImplemented", $"The sandbox does not emulate AssumeRole with {refused}.");
        }
        var arn = parameters.GetValueOrDefault("RoleArn", "");
        if (RoleArn().Match(arn) is not { Success: true } role)
        {
            throw Invalid(arn.Length == 0 ? "Value null at 'roleArn' failed to satisfy constraint: Member must not be null" : $"{arn} is invalid");
        }
        var session = parameters.GetValueOrDefault("RoleSessionName", "");
        if (!SessionName().IsMatch(session))
        {
            throw Invalid($"1 validation error detected: Value '{session}' at 'roleSessionName' failed to satisfy constraint: "
                + "Member must satisfy regular expression pattern: [\\w+=,.@-]*, with 2 to 64 characters");
        }
        var seconds = Seconds(parameters.GetValueOrDefault("DurationSeconds"));
        devices.Check(caller.Account.AccountId, parameters.GetValueOrDefault("SerialNumber"), parameters.GetValueOrDefault("TokenCode"));
        if (role.Groups["account"].Value != caller.Account.AccountId)
        {
            throw new AwsRuleException(403, "AccessDenied", $"User: {caller.CallerArn} is not authorized to perform: sts:AssumeRole on resource: {arn}");
        }
        return accounts.OpenSession(caller.Account, clock.Now.AddSeconds(seconds), new AssumedRole(role.Groups["name"].Value, session));
    }

    private static int Seconds(string? text)
    {
        if (text is null)
        {
            return DefaultSeconds;
        }
        return !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds is < LeastSeconds or > MostSeconds
            ? throw Invalid($"1 validation error detected: Value '{text}' at 'durationSeconds' must be from {LeastSeconds} to {MostSeconds}")
            : seconds > DefaultSeconds
            ? throw Invalid("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
            : seconds;
    }

    private static AwsRuleException Invalid(string message) => new(400, "ValidationError", message);

    [GeneratedRegex(
        @"^arn:aws[a-z-]*:iam::(?<account>[0-9]{12}):role/([!-~]+/)?(?<name>[A-Za-z0-9_+=,.@-]{1,64})$",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex RoleArn();

    [GeneratedRegex(@"^[A-Za-z0-9_+=,.@-]{2,64}$", RegexOptions.NonBacktracking)]
    private static partial Regex SessionName();
}
