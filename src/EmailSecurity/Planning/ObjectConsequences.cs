using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Planning;

/// <summary>What a served object that differs means to those who fetch it. Pure.</summary>
internal sealed class ObjectConsequences(ObservedStack observed, Consequences whole)
{
    /// <summary>In a sentence.</summary>
    public string Of(BucketObject wanted)
    {
        var isPolicy = wanted.Key == StackNames.PolicyKey;
        if (!isPolicy && !wanted.Key.StartsWith(StackNames.BimiPrefix, StringComparison.Ordinal))
        {
            return "The earlier value could not be restored; mail is not affected.";
        }

        if (!observed.AssetVersions.Any(v => v.Key == wanted.Key && v is { IsLatest: true, IsDeleteMarker: false }))
        {
            return isPolicy ? whole.NoFiles : Consequences.NoLogo;
        }

        var differences = observed.Metadata.TryGetValue(wanted.Key, out var metadata) ? ObjectPlanner.Compare(metadata, wanted).ToArray() : [];
        if (metadata is not null && ObjectPlanner.IsUnreadable(metadata, observed))
        {
            return $"CloudFront cannot decrypt the file. {(isPolicy ? whole.NoFiles : Consequences.NoLogo)}";
        }

        return differences.Length > 0 ? string.Join(" ", differences.Select(d => d.Consequence))
            : isPolicy ? "Senders are served another policy than this one."
            : "Mailbox providers are served another file than this one; mail is not affected.";
    }
}
