using Amazon.CertificateManager;
using Amazon.CertificateManager.Model;
using Amazon.Runtime;
using EmailSecurity.Aws.Session;
using EmailSecurity.Ports;
using CertificateStatus = EmailSecurity.Ports.CertificateStatus;

namespace EmailSecurity.Aws.Certificates;

/// <summary><see cref="ICertificates"/> on ACM in us-east-1.</summary>
internal sealed class AcmCertificates : ICertificates, IDisposable
{
    private const string StackTag = "EmailSecurity:Stack";

    private static readonly string[] NotFound = ["ResourceNotFoundException"];

    // Left out, ListCertificates shows RSA keys of 1024 and 2048 bits only.
    private static readonly string[] KeyTypes = ["RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1"];
    private static readonly string[] Statuses = ["PENDING_VALIDATION", "ISSUED", "INACTIVE", "EXPIRED", "VALIDATION_TIMED_OUT", "REVOKED", "FAILED"];

    private readonly AwsSession session;
    private readonly Lazy<AcmClient> client;
    private readonly SharedListing<IReadOnlyList<CertificateSummary>> listing;

    /// <summary>Makes the adapter of a session.</summary>
    public AcmCertificates(AwsSession session)
    {
        this.session = session;
        client = new Lazy<AcmClient>(() => new AcmClient(session));
        // Stacks that are looked at side by side share a listing.
        listing = new SharedListing<IReadOnlyList<CertificateSummary>>(ListAsync);
    }

    private AcmClient Acm => client.Value;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ObservedCertificate>> FindAsync(string stackDomain, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var all = await listing.GetAsync(cancellationToken).ConfigureAwait(false);
        var candidates = all.Where(s => CertificateDetails.MayCover(s, names)).Select(s => s.CertificateArn).ToArray();
        var described = await Task.WhenAll(candidates.Select(arn => DescribeTaggedAsync(arn, cancellationToken))).ConfigureAwait(false);
        return
        [
            .. described
                .OfType<ObservedCertificate>()
                .Where(c => c.Tags.TryGetValue(StackTag, out var stack)
                    && string.Equals(stack, stackDomain, StringComparison.OrdinalIgnoreCase)
                    && names.All(n => CertificateDetails.Covers(c.Names, n)))
                .OrderBy(c => c.Arn, StringComparer.Ordinal),
        ];
    }

    /// <inheritdoc/>
    public async Task<bool> IsNameOnOtherCertificateAsync(string name, IReadOnlyCollection<string> exceptArns, CancellationToken cancellationToken)
    {
        foreach (var summary in await listing.GetAsync(cancellationToken).ConfigureAwait(false))
        {
            if (exceptArns.Contains(summary.CertificateArn, StringComparer.Ordinal) || !CertificateDetails.MayCover(summary, [name]))
            {
                continue;
            }

            // The summary may name only some of many names, and a failed or expired certificate lives by no record.
            var certificate = await GetAsync(summary.CertificateArn, cancellationToken).ConfigureAwait(false);
            if (certificate is { Status: CertificateStatus.Issued or CertificateStatus.PendingValidation or CertificateStatus.Inactive }
                && certificate.Names.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public async Task<ObservedCertificate?> GetAsync(string arn, CancellationToken cancellationToken)
    {
        var answer = await session.CallOrDefaultAsync(
            new AwsCallName("acm", "DescribeCertificate", arn),
            token => Acm.DescribeCertificateAsync(new DescribeCertificateRequest { CertificateArn = arn }, token),
            NotFound,
            cancellationToken).ConfigureAwait(false);
        return answer?.Certificate is { } detail ? CertificateDetails.ToObserved(detail) : null;
    }

    /// <inheritdoc/>
    public async Task<string> RequestAsync(
        IReadOnlyList<string> names, string idempotencyToken, IReadOnlyDictionary<string, string> tags, CancellationToken cancellationToken)
    {
        var request = new RequestCertificateRequest
        {
            DomainName = names[0],
            SubjectAlternativeNames = [.. names],
            ValidationMethod = ValidationMethod.DNS,
            IdempotencyToken = idempotencyToken,
            Tags = [.. tags.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => new Tag { Key = t.Key, Value = t.Value })],
        };
        var what = new AwsCallName("acm", "RequestCertificate", names[0]);
        var answer = await session.CallAsync(what, token => Acm.RequestCertificateAsync(request, token), cancellationToken).ConfigureAwait(false);
        return answer.CertificateArn;
    }

    /// <inheritdoc/>
    public async Task<bool> DeleteAsync(string arn, CancellationToken cancellationToken)
    {
        try
        {
            return await TryDeleteAsync(arn, cancellationToken).ConfigureAwait(false);
        }
        catch (EmailSecurityException e) when (e.ErrorId == "AccessDenied")
        {
            // A permission that goes by tags ends with the certificate: after an attempt whose answer was lost, the next one is denied.
            if (await GetAsync(arn, cancellationToken).ConfigureAwait(false) is not null)
            {
                throw;
            }

            return true;
        }
    }

    private Task<bool> TryDeleteAsync(string arn, CancellationToken cancellationToken) => session.CallAsync(
        new AwsCallName("acm", "DeleteCertificate", arn),
        async token =>
        {
            try
            {
                await Acm.DeleteCertificateAsync(new DeleteCertificateRequest { CertificateArn = arn }, token).ConfigureAwait(false);
                return true;
            }
            catch (AmazonServiceException e) when (e.ErrorCode == "ResourceNotFoundException")
            {
                return true;
            }
            catch (AmazonServiceException e) when (e.ErrorCode is "ResourceInUseException" or "ConflictException")
            {
                // CloudFront lets go of a certificate some time after its distribution is gone.
                return false;
            }
        },
        cancellationToken);

    /// <summary>Until it is disposed, one listing answers everybody.</summary>
    public IDisposable KeepListing() => listing.Keep();

    /// <inheritdoc/>
    public void Dispose()
    {
        if (client.IsValueCreated)
        {
            client.Value.Dispose();
        }
    }

    private async Task<ObservedCertificate?> DescribeTaggedAsync(string arn, CancellationToken cancellationToken)
    {
        var describing = GetAsync(arn, cancellationToken);
        var tagging = session.CallOrDefaultAsync(
            new AwsCallName("acm", "ListTagsForCertificate", arn),
            token => Acm.ListTagsForCertificateAsync(new ListTagsForCertificateRequest { CertificateArn = arn }, token),
            NotFound,
            cancellationToken);
        await Task.WhenAll(describing, tagging).ConfigureAwait(false);
        var tags = (await tagging.ConfigureAwait(false))?.Tags ?? [];
        return await describing.ConfigureAwait(false) is { } certificate
            ? certificate with
            {
                Tags = tags.GroupBy(t => t.Key, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First().Value ?? "", StringComparer.Ordinal),
            }
            : null;
    }

    // A summary holds at most 100 names, as many as a certificate of ours can have; one that says it has more, or nothing, is looked at.
    private async Task<IReadOnlyList<CertificateSummary>> ListAsync()
    {
        var summaries = new List<CertificateSummary>();
        string? next = null;
        do
        {
            var request = new ListCertificatesRequest
            {
                CertificateStatuses = [.. Statuses],
                Includes = new Filters { KeyTypes = [.. KeyTypes] },
                MaxItems = 1000,
                NextToken = next,
            };
            var what = new AwsCallName("acm", "ListCertificates");
            var page = await session.CallAsync(what, token => Acm.ListCertificatesAsync(request, token), CancellationToken.None).ConfigureAwait(false);
            summaries.AddRange(page.CertificateSummaryList ?? []);
            next = page.NextToken != next ? page.NextToken : null;
        }
        while (!string.IsNullOrEmpty(next));

        return summaries;
    }
}
