using EmailSecurity.TlsReports;

namespace EmailSecurity.Tests.TlsReports.Store;

/// <summary>Reports of some senders about some domains over some days, with what is odd about reports in the field strewn in.</summary>
internal static class MixedReports
{
    private static readonly string[] Senders = ["Google Inc.", "Microsoft Corporation", "mail.ru", "B\u00FCro f\u00FCr Post", ""];
    private static readonly string[] Domains = ["example.com", "Example.ORG.", "b\u00FCcher.example", "sub.example.net", "", "no domain"];
    private static readonly string[] Types = ["certificate-expired", "starttls-not-supported", "validation-failure", "flux"];

    /// <summary>So many reports; one in ten comes again, some of these in another text.</summary>
    public static List<TlsRptReport> Make(int count, int seed)
    {
        var random = new Random(seed);
        List<TlsRptReport> reports = [.. SampleReports.All().Where(r => r.ReportId != "huge" && !r.ReportId.EndsWith("past 64 bits", StringComparison.Ordinal)).Take(count / 3)];
        while (reports.Count < count)
        {
            if (reports.Count > 10 && random.Next(10) == 0)
            {
                var again = reports[random.Next(reports.Count)];
                reports.Add(random.Next(3) == 0 && again.Policies.Count > 0
                    ? again with { Policies = [.. again.Policies.Select(p => p with { TotalSuccessfulSessionCount = random.Next(100) })] } : again);
                continue;
            }

            var start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddDays(random.Next(90));
            reports.Add(new TlsRptReport
            {
                OrganizationName = Senders[random.Next(Senders.Length)],
                ReportId = random.Next(50) == 0 ? "" : Invariant($"{start:yyyy-MM-dd}-{random.Next()}"),
                Start = random.Next(60) == 0 ? null : start,
                End = random.Next(60) == 0 ? null : start.AddHours(24),
                ReportDomain = random.Next(3) == 0 ? "example.com" : null,
                Source = "made",
                Policies = [.. Enumerable.Range(0, random.Next(8) == 0 ? random.Next(5) : 1).Select(_ => Policy(random))],
            });
        }

        return reports;
    }

    private static TlsRptPolicy Policy(Random random)
    {
        var failures = Enumerable.Range(0, random.Next(4) == 0 ? random.Next(4) : 0).Select(_ => new TlsRptFailure
        {
            ResultType = Types[random.Next(Types.Length)],
            ReceivingMxHostname = Invariant($"mx{random.Next(3)}.example.com"),
            SendingMtaIp = Invariant($"192.0.2.{random.Next(255)}"),
            FailedSessionCount = random.Next(1, 9),
        }).ToArray();
        return new TlsRptPolicy
        {
            PolicyType = random.Next(5) == 0 ? "no-policy-found" : "sts",
            PolicyDomain = Domains[random.Next(Domains.Length)],
            TotalSuccessfulSessionCount = random.Next(100_000),
            TotalFailureSessionCount = failures.Sum(f => f.FailedSessionCount) + (random.Next(5) == 0 ? random.Next(3) : 0),
            FailureDetails = failures,
        };
    }
}
