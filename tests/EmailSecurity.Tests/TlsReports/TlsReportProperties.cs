using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using EmailSecurity.TlsReports;

namespace EmailSecurity.Tests.TlsReports;

/// <summary>What holds for any report and any text.</summary>
public class TlsReportProperties
{
    private static readonly Gen<string> Word = Gen.String[Gen.Char["abcXYZ019-._+@:/ äπ"], 0, 30];

    private static readonly Gen<TlsRptFailure> Failure = Gen.Select(Word, Word, Word, Gen.Long[0, long.MaxValue]).Select((a, b, c, n) => new TlsRptFailure
    {
        ResultType = a,
        SendingMtaIp = b,
        ReceivingMxHostname = c,
        ReceivingMxHelo = b,
        ReceivingIp = a,
        AdditionalInformation = c,
        FailureReasonCode = a,
        FailedSessionCount = n,
    });

    private static readonly Gen<TlsRptPolicy> Policy = Gen.Select(Word, Word, Word.List[0, 3], Gen.Long[0, long.MaxValue], Failure.List[0, 3])
        .Select((type, domain, lines, count, failures) => new TlsRptPolicy
        {
            PolicyType = "x" + type,
            PolicyDomain = domain,
            PolicyString = [.. lines.Select(l => "v" + l)],
            MxHost = [.. lines.Select(l => "h" + l)],
            TotalSuccessfulSessionCount = count,
            TotalFailureSessionCount = count / 2,
            FailureDetails = failures,
        });

    private static readonly Gen<TlsRptReport> Report = Gen.Select(Word, Word, Gen.Int[0, int.MaxValue], Policy.List[0, 3])
        .Select((organization, id, time, policies) => new TlsRptReport
        {
            OrganizationName = organization,
            ReportId = id,
            ContactInfo = id,
            Start = DateTimeOffset.FromUnixTimeSeconds(time),
            End = DateTimeOffset.FromUnixTimeSeconds(time + 86399L),
            Policies = policies,
            Source = "file",
        });

    [Fact]
    public void A_report_that_is_written_and_read_is_the_same()
    {
        Report.Sample(report => Gathered.One(report.ToJson()).ToJson() == report.ToJson(), iter: 2000);
    }

    // Every name and every text of a report in turn, alone and with what else is wrong about it.
    [Theory]
    [InlineData("untunt")]
    [InlineData(" ")]
    [InlineData("ä/")]
    [InlineData("1.")]
    public void What_is_said_of_a_report_stays_short_however_long_its_texts_are(string unit)
    {
        var filling = string.Concat(Enumerable.Repeat(unit, 5000));
        var texts = Regex.Matches(Deviations.Plain, "\"[^\"]*\"");
        Assert.True(texts.Count > 30);
        foreach (var text in texts.Cast<Match>())
        {
            var report = Gathered.Of(Encoding.UTF8.GetBytes(Deviations.Plain.Insert(text.Index + text.Length - 1, filling)));
            Assert.All(report.Reports.SelectMany(r => r.Findings), f => Assert.True(f.Message.Length <= 1000 && !(f.Location?.Length > 1000), f.Message[..Math.Min(200, f.Message.Length)]));
            Assert.All(report.Refused, r => Assert.True(r.Reason.Length <= 1000, r.Reason[..200]));
        }
    }

    [Fact]
    public void What_is_said_of_a_message_without_a_report_stays_short()
    {
        var message = $"From: a@b\nMIME-Version: 1.0\nContent-Type: text/{new string('x', 5000)}\n\nNo report.\n";
        Assert.InRange(Assert.Single(Gathered.Of(message).Refused).Reason.Length, 1, 1000);
    }

    [Fact]
    public void Sums_do_not_depend_on_the_order_nor_on_what_comes_twice()
    {
        Gen.Select(Report.List[1, 8], Gen.Int).Sample((reports, seed) =>
        {
            var shuffled = new Random(seed).GetItems(reports.ToArray(), reports.Count * 3).Concat(reports).ToArray();
            new Random(seed).Shuffle(shuffled);
            var by = new[] { TlsRptGrouping.Domain, TlsRptGrouping.ResultType };
            return Rows(reports, by) == Rows(shuffled, by);
        }, iter: 500);
    }

    [Fact]
    public void Any_damage_to_a_report_ends_in_a_report_or_a_reason()
    {
        Gen.Select(Gen.Int[0, Deviations.Plain.Length - 1], Gen.Int[0, 40], Gen.Byte.Array[0, 12]).Sample((at, length, bytes) =>
        {
            var plain = Encoding.UTF8.GetBytes(Deviations.Plain);
            at = Math.Min(at, plain.Length);
            var damaged = plain[..at].Concat(bytes).Concat(plain[Math.Min(at + length, plain.Length)..]).ToArray();
            var gathered = Gathered.Of(damaged);
            return gathered.Reports.Count + gathered.Refused.Count > 0;
        }, iter: 3000);
    }

    private static string Rows(IEnumerable<TlsRptReport> reports, TlsRptGrouping[] by)
    {
        var measure = new TlsRptMeasure(by);
        foreach (var report in reports)
        {
            measure.Add(report);
        }

        return string.Join('\n', measure.ToRows().Select(r => r.ToString() + string.Join(',', r.Senders)));
    }
}
