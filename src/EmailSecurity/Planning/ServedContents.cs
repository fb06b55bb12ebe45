using System.Text;
using EmailSecurity.MtaSts;
using EmailSecurity.Stacks;

namespace EmailSecurity.Planning;

/// <summary>What a stack serves, by host: the files that a fetch by the host's name is held against.</summary>
internal static class ServedContents
{
    /// <summary>The files of a host: the policy being published and the deployed one, which the distribution serves under each name, and the logo.</summary>
    /// <param name="stack">The stack.</param>
    /// <param name="observed">What is deployed.</param>
    /// <param name="policy">The policy that is about to be published; null for none.</param>
    /// <param name="host">The host.</param>
    public static IReadOnlyList<ServedContent> Of(StackWish stack, ObservedStack observed, MtaStsPolicy? policy, string host)
    {
        var url = new Uri($"https://{host}/{StackNames.PolicyKey}");
        var policies = new[] { policy, observed.CurrentPolicy }.OfType<MtaStsPolicy>().DistinctBy(p => p.Served, StringComparer.Ordinal);
        List<ServedContent> contents = [.. policies.Select(p => new ServedContent(url, Encoding.UTF8.GetBytes(p.Served)))];
        if (stack.Logo is { } logo && host != MtaStsPolicy.HostOf(stack.Domain))
        {
            contents.Insert(0, new ServedContent(BimiFiles.Of(stack, host).LogoUrl, logo.Content));
        }

        return contents;
    }
}
