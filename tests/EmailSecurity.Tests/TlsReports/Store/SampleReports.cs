using System.Text.Json;
using EmailSecurity.TlsReports;

namespace EmailSecurity.Tests.TlsReports.Store;

/// <summary>Reports of every kind: each deviation of the field, and what no sender writes but some sender might.</summary>
internal static class SampleReports
{
    /// <summary>Reports that differ in their id, unless the id is what is odd about them.</summary>
    public static List<TlsRptReport> All()
    {
        List<TlsRptReport> all = [];
        foreach (var deviation in Deviations.All)
        {
            var report = Gathered.One(Deviations.With(deviation), "sender.example!example.com!1772323200!1772409599.json");
            all.Add(deviation.Touches == "report-id" ? report : report with { ReportId = $"{report.ReportId} {deviation.Name}" });
        }

        foreach (var (name, _, content) in Deviations.OfText)
        {
            all.AddRange(Gathered.Of(content, name).Reports.Select(r => r with { ReportId = $"{r.ReportId} {name}" }));
        }

        var plain = Gathered.One(Deviations.Plain);
        var policy = plain.Policies[0];
        all.Add(plain with { ReportId = "" });
        all.Add(plain with { ReportId = "", Start = null, End = null });
        all.Add(plain with { ReportId = "\u00E9\u4E2D\U0001F600 \u05D0", OrganizationName = "B\u00FCro \U0001F4E7", ContactInfo = "" });
        all.Add(plain with { ReportId = "several domains", Policies = [policy, policy with { PolicyDomain = "b\u00FCcher.example" }, policy with { PolicyDomain = "" }] });
        all.Add(plain with { ReportId = "the same policy twice", Policies = [policy, policy] });
        all.Add(plain with { ReportId = "huge", Policies = [policy with { TotalSuccessfulSessionCount = long.MaxValue, TotalFailureSessionCount = long.MaxValue }] });
        all.Add(plain with { ReportId = "a long domain", Policies = [policy with { PolicyDomain = string.Join('.', Enumerable.Repeat(new string('a', 49), 5)) }] });
        all.Add(plain with { ReportId = "years", Start = DateTimeOffset.MinValue, End = new DateTimeOffset(9999, 12, 31, 23, 59, 59, TimeSpan.Zero) });
        all.Add(plain with { ReportId = "fraction", Start = plain.Start!.Value.AddTicks(1_234_560) });
        all.Add(plain with
        {
            ReportId = "others",
            OtherFields = [new("x\"y", "{\"a\":[1,\"\u00E9\"]}"), new("x\"y", "null")],
            Policies = [policy with { FailureDetails = [policy.FailureDetails[0] with { OtherFields = [new("n", "18446744073709551616")] }, policy.FailureDetails[0], new()] }],
        });
        return all;
    }

    /// <summary>Each report once.</summary>
    public static IEnumerable<TlsRptReport> Once(IEnumerable<TlsRptReport> reports) => reports.DistinctBy(r => (r.OrganizationName, r.ReportId, r.ReportId.Length == 0 ? r.ToJson() : ""));

    /// <summary>All that reports hold, as text, in no order.</summary>
    public static IEnumerable<string> Texts(IEnumerable<TlsRptReport> reports) => reports.Select(r => JsonSerializer.Serialize(r)).Order(StringComparer.Ordinal);
}
