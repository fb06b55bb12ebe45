using System.Runtime.CompilerServices;
using EmailSecurity.Findings;
using EmailSecurity.Reports;
using TestResult = EmailSecurity.Findings.TestResult;

namespace EmailSecurity.Tests.Reports;

/// <summary>Of a domain, a report keeps a line: what it has rendered is in the stream of the caller, and nothing holds the objects.</summary>
public sealed class ReportMemoryTests
{
    [Theory]
    [InlineData(ReportFormat.Html), InlineData(ReportFormat.Markdown)]
    public void What_was_added_can_be_collected_and_is_in_the_report(ReportFormat format)
    {
        using var waiting = new MemoryStream();
        var report = new Report(format, new ReportOptions { At = ReportSamples.At }, waiting);
        var added = Enumerable.Range(0, 50).SelectMany(i => Add(report, i)).ToArray();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.DoesNotContain(added, r => r.IsAlive);

        Assert.Equal(50, report.Count);
        using var output = new MemoryStream();
        report.WriteTo(output);
        var text = System.Text.Encoding.UTF8.GetString(output.ToArray());
        Assert.All(Enumerable.Range(0, 50), i => Assert.Contains(Invariant($"message of {i}."), text, StringComparison.Ordinal));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference[] Add(Report report, int i)
    {
        var finding = ReportSamples.Found("MxNotCovered", FindingSeverity.Error, Invariant($"message of {i}."), Invariant($"fix of {i}"));
        var result = TestResult.From("MtaSts", [finding], null, Invariant($"domain{i}.example")) with
        {
            Observed = [ReportSamples.Record("a", Invariant($"text of {i}")), ReportSamples.LogoFile(new byte[100])],
        };
        report.Add(result);
        return [new(result), new(finding), new(finding.Message), new(result.Observed), new(result.Observed[0].Text)];
    }
}
