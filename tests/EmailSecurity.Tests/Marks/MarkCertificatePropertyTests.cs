using System.Text;
using CsCheck;
using EmailSecurity.Marks;
using static EmailSecurity.Tests.Marks.MarkFactory;

namespace EmailSecurity.Tests.Marks;

/// <summary>No input makes the check throw; whatever is altered in what a signature covers is noticed.</summary>
public class MarkCertificatePropertyTests
{
    private static readonly MarkFactory F = new();
    private static readonly byte[][] Chain = F.Chain();
    private static readonly byte[] Good = Pem(Chain);
    private static readonly MarkCertificateOptions Options = new() { At = At, Domain = "example.com", TrustedRoots = MarkCertificateRoots.FromPem(Pem(Chain[2])), Logo = Encoding.UTF8.GetBytes(LogoText) };

    private static readonly Gen<(int Kind, int At, byte Value, int Length)[]> Edits =
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 1 << 20], Gen.Byte, Gen.Int[1, 40]).Array[1, 4];

    [Fact]
    public void Untouched_file_is_valid() => Assert.True(MarkCertificate.Check(Good, Options).IsValid);

    [Fact]
    public void Mutated_text_never_throws() => Edits.Sample(edits => Assert.NotNull(MarkCertificate.Check(Mutate(Good, edits), Options)), iter: 400, threads: 1);

    [Fact]
    public void Mutated_certificate_never_throws_and_is_never_valid() => Gen.Select(Gen.Int[0, 1], Edits).Sample(sample =>
    {
        var (which, edits) = sample;
        var mutated = Mutate(Chain[which], edits);
        if (mutated.AsSpan().SequenceEqual(Chain[which]))
        {
            return;
        }

        var file = which == 0 ? Pem(mutated, Chain[1]) : Pem(Chain[0], mutated);
        Assert.False(MarkCertificate.Check(file, Options).IsValid);
    }, iter: 400, threads: 1);

    [Fact]
    public void Mutated_extension_signed_anew_never_throws() => Gen.Select(Gen.Int[0, F.Leaf.Extensions.Length - 1], Edits).Sample(sample =>
    {
        var (index, edits) = sample;
        var extension = F.Leaf.Extensions[index];
        var leaf = F.Leaf.With(extension with { Value = Mutate(extension.Value, edits) });
        Assert.NotNull(MarkCertificate.Check(Pem(Write(leaf, F.Ca), Chain[1]), Options).Value);
    }, iter: 400, threads: 1);

    [Fact]
    public void Random_bytes_never_throw() => Gen.Byte.Array[0, 400].Sample(bytes => Assert.False(MarkCertificate.Check(bytes, Options).IsValid), iter: 400, threads: 1);

    [Fact]
    public void Random_content_of_a_block_never_throws() =>
        Gen.Byte.Array[0, 200].Sample(bytes => Assert.False(MarkCertificate.Check(Pem(bytes), Options).IsValid), iter: 400, threads: 1);

    /// <summary>0 changes a byte, 1 cuts, 2 inserts, 3 doubles a piece.</summary>
    private static byte[] Mutate(byte[] original, (int Kind, int At, byte Value, int Length)[] edits)
    {
        var bytes = original.ToList();
        foreach (var (kind, at, value, length) in edits)
        {
            if (bytes.Count == 0)
            {
                break;
            }

            var index = at % bytes.Count;
            var count = Math.Min(length, bytes.Count - index);
            switch (kind)
            {
                case 0:
                    bytes[index] ^= (byte)(value | 1);
                    break;
                case 1:
                    bytes.RemoveRange(index, count);
                    break;
                case 2:
                    bytes.InsertRange(index, Enumerable.Repeat(value, length));
                    break;
                default:
                    bytes.InsertRange(index, bytes.GetRange(index, count));
                    break;
            }
        }
        return [.. bytes];
    }
}
