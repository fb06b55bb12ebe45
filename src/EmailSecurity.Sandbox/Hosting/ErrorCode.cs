using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using EmailSecurity.Sandbox.Contracts;

namespace EmailSecurity.Sandbox.Hosting;

/// <summary>Finds the error code in a reply of any service, for the call log.</summary>
internal static partial class ErrorCode
{
    /// <summary>The code; <c>HTTP nnn</c> where the reply names none (HEAD).</summary>
    public static string Read(AwsReply reply)
    {
        if (reply.Headers.TryGetValue("x-amzn-ErrorType", out var type))
        {
            return Last(type);
        }
        var text = Encoding.UTF8.GetString(reply.Body, 0, Math.Min(reply.Body.Length, 4096));
        if (reply.ContentType.Contains("json", StringComparison.Ordinal))
        {
            try
            {
                using var document = JsonDocument.Parse(reply.Body);
                return document.RootElement.TryGetProperty("__type", out var code) ? Last(code.GetString() ?? "") : Invariant($"HTTP {reply.Status}");
            }
            catch (JsonException)
            {
                return Invariant($"HTTP {reply.Status}");
            }
        }
        var match = Code().Match(text);
        if (match.Success)
        {
            return match.Groups["code"].Value;
        }
        // The older form of Route 53's InvalidChangeBatch is a root element of its own, without <Error>.
        var root = Root().Match(text);
        return root.Success ? root.Groups["code"].Value : Invariant($"HTTP {reply.Status}");
    }

    private static string Last(string type) => type.Split(':')[0].Split('#')[^1];

    [GeneratedRegex("<Code>(?<code>[A-Za-z0-9.]+)</Code>", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Code();

    [GeneratedRegex("<(?<code>[A-Z][A-Za-z]+)[ >]", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Root();
}
