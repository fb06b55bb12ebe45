using System.Diagnostics;
using System.Globalization;
using System.Text;
using EmailSecurity.Net;
using EmailSecurity.TlsReports;

/// <summary>
/// Import-TlsRptReport in a real PowerShell, beside the reader's core over the same files; processor time and peak working set.
/// <code>reports --cmdlet [--counts N,N]</code>
/// </summary>
internal static class ReportsCmdletBench
{
    // What PowerShell takes to start and to import is not of the reports: measured around the pipeline alone. Out-Null keeps none.
    private const string Script = """
        Import-Module 'ROOT/EmailSecurity.psd1'
        Import-TlsRptReport 'FOLDER/warm' | Out-Null
        $start = [Environment]::CpuUsage.TotalTime
        Import-TlsRptReport 'FOLDER/reports' | Out-Null
        $seconds = ([Environment]::CpuUsage.TotalTime - $start).TotalSeconds
        [string]::Format([cultureinfo]::InvariantCulture, '{0} {1}', $seconds, [Diagnostics.Process]::GetCurrentProcess().PeakWorkingSet64)
        """;

    public static int Run(string[] args)
    {
        var root = Directory.GetCurrentDirectory();
        foreach (var count in (Arguments.Text(args, "--counts") ?? "10000,100000").Split(',').Select(c => int.Parse(c, CultureInfo.InvariantCulture)))
        {
            var folder = Directory.CreateTempSubdirectory("reports").FullName;
            try
            {
                Write(Path.Combine(folder, "warm"), 200);
                Write(Path.Combine(folder, "reports"), count);
                var core = Core(Path.Combine(folder, "reports"));
                var (seconds, peak) = Cmdlet(root, folder);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{count,8} reports: core {count / core,8:N0}/s, Import-TlsRptReport {count / seconds,8:N0}/s ({core / seconds:P0} of the core's rate), peak working set {peak >> 20} MiB"));
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }

        return 0;
    }

    private static void Write(string folder, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var below = Path.Combine(folder, (i / 1000).ToString(CultureInfo.InvariantCulture));
            Directory.CreateDirectory(below);
            File.WriteAllBytes(Path.Combine(below, string.Create(CultureInfo.InvariantCulture, $"{i}.json.gz")), ReportFuzz.GZip(Encoding.UTF8.GetBytes(ReportsBench.Report(i))));
        }
    }

    private static double Core(string folder)
    {
        var files = Directory.GetFiles(folder, "*", SearchOption.AllDirectories);
        var sink = new Counter();
        var reader = new TlsReportFile(new Messages(), sink);
        Read(files.AsSpan(0, Math.Min(200, files.Length)), reader);
        var start = Environment.CpuUsage.TotalTime;
        Read(files, reader);
        return (Environment.CpuUsage.TotalTime - start).TotalSeconds;
    }

    private static void Read(ReadOnlySpan<string> files, TlsReportFile reader)
    {
        foreach (var file in files)
        {
            using var stream = File.OpenRead(file);
            reader.Read(stream, file);
        }
    }

    private static (double Seconds, long Peak) Cmdlet(string root, string folder)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, WorkingDirectory = root };
        Array.ForEach(["pwsh", "-NoProfile", "-NonInteractive", "-Command", Script.Replace("ROOT", root, StringComparison.Ordinal).Replace("FOLDER", folder, StringComparison.Ordinal)], start.ArgumentList.Add);
        using var process = Process.Start(start)!;
        var said = process.StandardOutput.ReadToEnd().Trim().Split(' ');
        process.WaitForExit();
        return (double.Parse(said[0], CultureInfo.InvariantCulture), long.Parse(said[1], CultureInfo.InvariantCulture));
    }

    private sealed class Counter : ITlsReportSink
    {
        public long Count { get; private set; }

        public void Take(TlsRptReport report) => Count++;

        public void Refuse(string source, string reason) => throw new InvalidDataException(source + reason);
    }
}
