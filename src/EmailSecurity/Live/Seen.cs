using EmailSecurity.Bimi;
using EmailSecurity.Findings;
using EmailSecurity.Marks;
using EmailSecurity.Ports;

namespace EmailSecurity.Live;

/// <summary>What a live check saw, in order; of what strangers choose the number of, the first few.</summary>
internal sealed class Seen
{
    private const int MaxRecords = 8;
    private readonly List<Observation> items = [];

    /// <summary>All of it.</summary>
    public IReadOnlyList<Observation> Items => items;

    /// <summary>The records of an answer.</summary>
    /// <param name="name">The name that was asked for.</param>
    /// <param name="answer">The answer.</param>
    public void Records(string name, DnsAnswer answer)
    {
        foreach (var record in answer.Records.Take(MaxRecords))
        {
            var text = record.Type == DnsRecordType.MX ? Invariant($"{record.Preference} {record.Value}") : record.Value;
            items.Add(new Observation { Kind = ObservationKind.Record, Type = record.Type.ToString(), Name = name, Text = text });
        }
    }

    /// <summary>The policy, and the certificate of its host.</summary>
    /// <param name="url">Where it was fetched.</param>
    /// <param name="fetched">The answer.</param>
    public void Policy(Uri url, FetchResult fetched)
    {
        if (fetched.CertificateNotAfter is { } end)
        {
            items.Add(new Observation
            {
                Kind = ObservationKind.Certificate,
                Type = "Server",
                Name = url.Host,
                NotBefore = fetched.CertificateNotBefore,
                NotAfter = end,
            });
        }

        if (!fetched.Body.IsEmpty)
        {
            var text = System.Text.Encoding.UTF8.GetString(fetched.Body.Span[..Math.Min(fetched.Body.Length, 2 * Observation.MaxText)]);
            items.Add(new Observation { Kind = ObservationKind.File, Type = "Policy", Name = url.ToString(), Text = text });
        }
    }

    /// <summary>A logo that is as the profile says, and of a size that inboxes show: any other is not kept.</summary>
    /// <param name="url">Where it was fetched.</param>
    /// <param name="drawing">Its check.</param>
    public void Logo(Uri url, TestResult drawing)
    {
        if (drawing is { IsValid: true, Value: BimiLogo { Content.Length: <= BimiLogo.RecommendedSize } logo })
        {
            items.Add(new Observation
            {
                Kind = ObservationKind.File,
                Type = "Logo",
                Name = url.ToString(),
                Text = logo.Title,
                Content = logo.Content,
            });
        }
    }

    /// <summary>A mark certificate.</summary>
    /// <param name="url">Where it was fetched.</param>
    /// <param name="mark">The certificate.</param>
    public void Mark(Uri url, MarkCertificate mark) => items.Add(new Observation
    {
        Kind = ObservationKind.Certificate,
        Type = mark.Kind.ToString(),
        Name = url.ToString(),
        Text = mark.ToString(),
        NotBefore = mark.NotBefore,
        NotAfter = mark.NotAfter,
    });
}
