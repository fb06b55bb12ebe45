using System.Collections.Concurrent;
using System.Xml.Linq;
using Amazon.CloudFront.Model;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using EmailSecurity.Aws.Session;

namespace EmailSecurity.Aws.Distributions;

/// <summary>
/// UpdateDistribution replaces the whole configuration: a setting that CloudFront reports, and the client library does not know and so does not
/// send back, would be erased. This guard remembers the configuration of each answer, and refuses an update that leaves out a part of it.
/// </summary>
internal sealed class ConfigurationGuard : PipelineHandler
{
    private const int MaxRemembered = 1024;

    // What an update leaves out knowingly (DistributionConfigs.Apply, FilePaths.Clear): the certificate's deprecated elements, another kind of origin,
    // aliases, and what shuts senders out.
    private static readonly HashSet<string> Decided = new(StringComparer.Ordinal)
    {
        "ViewerCertificate", "CustomOriginConfig", "S3OriginConfig", "Aliases", "GeoRestriction", "ViewerMtlsConfig", "ConnectionFunctionAssociation",
    };

    // And of the default behavior, what CloudFront does not take together with a cache policy.
    private static readonly HashSet<string> BeforeCachePolicies = new(StringComparer.Ordinal) { "ForwardedValues", "MinTTL", "DefaultTTL", "MaxTTL" };

    private readonly ConcurrentDictionary<string, (string ETag, XElement Config)> read = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public override async Task<T> InvokeAsync<T>(IExecutionContext executionContext)
    {
        if (executionContext.RequestContext.OriginalRequest is UpdateDistributionRequest update)
        {
            Check(update, executionContext.RequestContext.Request);
        }

        var result = await base.InvokeAsync<T>(executionContext).ConfigureAwait(false);
        if (executionContext.RequestContext.OriginalRequest is GetDistributionRequest request
            && executionContext.ResponseContext.HttpResponse is ReadAnswer { IsSuccessStatusCode: true } answer && answer.IsHeaderPresent("ETag")
            && AnswerGuard.Load(answer.Body).Elements().FirstOrDefault(e => e.Name.LocalName == "DistributionConfig") is { } config)
        {
            if (read.Count >= MaxRemembered)
            {
                read.Clear();
            }

            read[request.Id] = (answer.GetHeaderValue("ETag"), config);
        }

        return result;
    }

    /// <summary>Path of the first element of the one configuration that the other has no counterpart of; null for none.</summary>
    public static string? Missing(XElement had, XElement has)
    {
        foreach (var group in had.Elements().GroupBy(e => e.Name.LocalName, StringComparer.Ordinal))
        {
            var kept = has.Elements().Where(e => e.Name.LocalName == group.Key).ToArray();
            foreach (var (element, index) in group.Select((e, i) => (e, i)))
            {
                if (IsDecided(had, element))
                {
                    continue;
                }

                // Items that have a name are found by it: others may come before them.
                var counterpart = Key(element) is { } key ? Array.Find(kept, k => Key(k) == key) : kept.ElementAtOrDefault(index);
                if (counterpart is null)
                {
                    if (!SaysNothing(element))
                    {
                        return $"{had.Name.LocalName}/{group.Key}";
                    }
                }
                else if (Missing(element, counterpart) is { } below)
                {
                    return $"{had.Name.LocalName}/{below}";
                }
            }
        }

        return null;
    }

    private static bool IsDecided(XElement parent, XElement element) => Decided.Contains(element.Name.LocalName)
        || (parent.Name.LocalName == "DefaultCacheBehavior" && BeforeCachePolicies.Contains(element.Name.LocalName))
        || (element.Name.LocalName == "CacheBehavior" && FilePaths.IsOwn(Text(element, "PathPattern")));

    private static string? Key(XElement element) => Text(element, "PathPattern") ?? Text(element, "Id");

    private static string? Text(XElement element, string child) => element.Elements().FirstOrDefault(e => e.Name.LocalName == child)?.Value;

    // CloudFront reports what is off or empty too; a setting that came later is off where it is left out, or old clients would change it.
    private static bool SaysNothing(XElement element) => element.DescendantsAndSelf().Where(e => !e.HasElements).All(e => e.Value is "" or "0" or "false");

    private void Check(UpdateDistributionRequest update, IRequest request)
    {
        if (!read.TryGetValue(update.Id, out var known) || known.ETag != update.IfMatch)
        {
            return; // CloudFront refuses the update: it is not of the configuration that is there
        }

        if (Missing(known.Config, AnswerGuard.Load(Body(request))) is { } missing)
        {
            throw new EmailSecurityException(
                "DistributionHasUnknownSettings",
                ErrorKind.NotSupported,
                $"The distribution {update.Id} has a setting that this version of the module does not know ({missing}); an update would erase it.",
                "Update the module, or make the change in the CloudFront console.")
            { Target = update.Id };
        }
    }

    private static byte[] Body(IRequest request)
    {
        if (request.Content is { } content)
        {
            return content;
        }

        using var copy = new MemoryStream();
        request.ContentStream.CopyTo(copy);
        request.ContentStream.Position = 0;
        return copy.ToArray();
    }
}
