using EmailSecurity.MtaSts;
using EmailSecurity.Stacks;
using EmailSecurity.Text;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>One input object is about one domain: -Domain, -Stack and -Policy may come together, but must name the same.</summary>
internal static class OneDomain
{
    /// <summary>Refuses an input object that names two domains.</summary>
    /// <exception cref="EmailSecurityException">DomainMismatch, with both names.</exception>
    public static void Require(string? domain, EmailSecurityStack? stack, MtaStsPolicy? policy)
    {
        (string Name, string? Domain)[] named =
            [("-Domain", domain), ("the stack", stack?.Domain), ("the policy", policy?.Domain), ("the policy's stack", policy?.GetStack()?.Domain)];
        var given = Array.FindAll(named, n => !string.IsNullOrEmpty(n.Domain));
        for (var i = 1; i < given.Length; i++)
        {
            if (Normalize(given[i].Domain!) != Normalize(given[0].Domain!))
            {
                throw new EmailSecurityException("DomainMismatch", ErrorKind.InvalidArgument,
                    $"{Sentence(given[0])}, but {Words(given[i])}: nothing was done for either.",
                    "Leave -Domain out to work on what the pipeline brings, or specify only one stack, policy or domain.")
                { Target = given[0].Domain };
            }
        }
    }

    private static string Words((string Name, string? Domain) named)
        => named.Name == "-Domain" ? $"-Domain is {named.Domain}" : $"{named.Name} is for {named.Domain}";

    private static string Sentence((string Name, string? Domain) named) => Words(named) is ['t', .. var rest] ? "T" + rest : Words(named);

    private static string Normalize(string domain) => MailDomain.TryNormalize(domain, out var name) ? name : domain;
}
