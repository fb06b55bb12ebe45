using System.Diagnostics;
using System.Security.Cryptography;
using EmailSecurity.Marks;
using EmailSecurity.Tests.Marks;

/// <summary>Mark certificates checked per second on one core, and bytes allocated for each: every rule, chain and logo included.</summary>
internal static class MarkBench
{
    public static int Run()
    {
        Console.WriteLine($"{"chain",-44} {"checks/s/core",14} {"us each",9} {"KB each",9}");
        var factory = new MarkFactory();
        Measure("ECDSA: P-384 root, P-256 CA, P-256 leaf", Check(factory, factory.Chain()));

        // As the public authorities have it.
        var root = factory.Root with { Key = MarkFactory.Rsa(4096, "1.2.840.113549.1.1.11", HashAlgorithmName.SHA256) };
        var ca = factory.Ca with { Key = MarkFactory.Rsa(4096, "1.2.840.113549.1.1.11", HashAlgorithmName.SHA256) };
        var leaf = factory.Leaf with { Key = MarkFactory.Rsa(2048, "1.2.840.113549.1.1.11", HashAlgorithmName.SHA256) };
        root = root.With(MarkFactory.KeyId(root.Key!));
        ca = ca.With(MarkFactory.KeyId(ca.Key!)).With(MarkFactory.AuthorityKeyId(root.Key!));
        leaf = leaf.With(MarkFactory.AuthorityKeyId(ca.Key!));
        Measure("RSA: 4096 root, 4096 CA, 2048 leaf", Check(factory, factory.Chain(leaf, ca, root)));

        foreach (var (file, domain, at) in new[] { ("cnn.pem", "cnn.com", "2022-01-15"), ("xometry_cmc.pem", "xometry.com", "2025-01-15") })
        {
            var path = Path.Combine("..", "shared", "vectors", "mark-certificates", file);
            if (!File.Exists(path))
            {
                continue;
            }

            var pem = File.ReadAllBytes(path);
            var options = new MarkCertificateOptions { At = DateTimeOffset.Parse(at + "T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture), Domain = domain };
            Measure(file, () => MarkCertificate.Check(pem, options).IsValid);
        }
        return 0;
    }

    private static Func<bool> Check(MarkFactory factory, byte[][] chain)
    {
        _ = factory;
        var pem = MarkFactory.Pem(chain[..2]);
        var options = new MarkCertificateOptions { At = MarkFactory.At, Domain = "example.com", TrustedRoots = MarkCertificateRoots.FromPem(MarkFactory.Pem(chain[2])) };
        return () => MarkCertificate.Check(pem, options).IsValid;
    }

    private static void Measure(string name, Func<bool> check)
    {
        for (var warm = Stopwatch.StartNew(); warm.ElapsedMilliseconds < 1500;)
        {
            Valid(check);
        }
        // Processor time, not the clock: what one core does, also on a machine that is busy with something else.
        double best = 0, kilobytes = 0;
        for (var round = 0; round < 5; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var start = Environment.CpuUsage.TotalTime;
            var count = 0;
            for (var watch = Stopwatch.StartNew(); watch.ElapsedMilliseconds < 800; count++)
            {
                Valid(check);
            }

            best = Math.Max(best, count / (Environment.CpuUsage.TotalTime - start).TotalSeconds);
            kilobytes = (GC.GetAllocatedBytesForCurrentThread() - before) / 1024.0 / count;
        }
        Console.WriteLine($"{name,-44} {best,14:N0} {1e6 / best,9:N1} {kilobytes,9:N1}");
    }

    private static void Valid(Func<bool> check)
    {
        if (!check())
        {
            throw new InvalidOperationException("A good certificate was refused.");
        }
    }
}
