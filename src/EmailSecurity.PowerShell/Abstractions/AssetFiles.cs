using EmailSecurity.Findings;
using EmailSecurity.MtaSts;
using EmailSecurity.Stacks;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>Reads the files that a stack hosts; bounded, with errors that name the file.</summary>
internal static class AssetFiles
{
    /// <summary>No file of a stack is larger: a logo should be 32 KB at most, a policy is 64 KB at most, a certificate chain some KB.</summary>
    public const int MaxBytes = 1 << 20;

    /// <summary>Reads one file whole.</summary>
    /// <exception cref="EmailSecurityException">AssetNotFound, AssetUnreadable, AssetTooLarge.</exception>
    public static async Task<StackAsset> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            using var stream = UserFile.Open(path);
            if (stream.Length > MaxBytes)
            {
                throw new EmailSecurityException("AssetTooLarge", ErrorKind.InvalidData,
                    $"{path} has {stream.Length} bytes; no file of a stack may have more than {MaxBytes}.", "Is it the right file?")
                { Target = path };
            }

            var content = new byte[stream.Length];
            await stream.ReadExactlyAsync(content, cancellationToken).ConfigureAwait(false);
            return new StackAsset(path, content);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new EmailSecurityException("AssetNotFound", ErrorKind.NotFound, $"There is no file {path}.", "Check the path.", e) { Target = path };
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new EmailSecurityException("AssetUnreadable", ErrorKind.PermissionDenied,
                $"{path} cannot be read: {e.Message}", "Check that the path is a file and that you have permission to read it.", e)
            { Target = path };
        }
    }

    /// <summary>Reads a logo; what is plainly another kind of file is refused with what it is. Whether the drawing keeps the rules is checked later.</summary>
    /// <exception cref="EmailSecurityException">LogoNotSvg; those of <see cref="ReadAsync"/>.</exception>
    public static async Task<StackAsset> ReadLogoAsync(string path, CancellationToken cancellationToken)
    {
        var asset = await ReadAsync(path, cancellationToken).ConfigureAwait(false);
        asset.RequireSvg();
        return asset;
    }

    /// <summary>Reads a mark certificate; what is plainly another kind of file is refused with what it is.</summary>
    /// <exception cref="EmailSecurityException">MarkCertificateNotPem; those of <see cref="ReadAsync"/>.</exception>
    public static async Task<StackAsset> ReadMarkAsync(string path, CancellationToken cancellationToken)
    {
        var asset = await ReadAsync(path, cancellationToken).ConfigureAwait(false);
        asset.RequirePem();
        return asset;
    }

    /// <summary>Reads a file of roots.</summary>
    /// <exception cref="EmailSecurityException">AssetTooLarge.</exception>
    public static byte[] ReadRootFile(string path) => new FileInfo(path).Length > MaxBytes
        ? throw new EmailSecurityException("AssetTooLarge", ErrorKind.InvalidData,
            $"{path} is too large for a file of roots.", "Is it the right file?")
        { Target = path }
        : UserFile.Read(path, MaxBytes).ToArray();

    /// <summary>Reads and checks a policy file.</summary>
    /// <exception cref="EmailSecurityException">PolicyInvalid; those of <see cref="ReadAsync"/>.</exception>
    public static async Task<MtaStsPolicy> ReadPolicyAsync(string path, string domain, CancellationToken cancellationToken)
    {
        var asset = await ReadAsync(path, cancellationToken).ConfigureAwait(false);
        var result = MtaStsPolicy.Check(asset.Content, domain);
        var errors = result.Findings.Where(f => f.Severity == FindingSeverity.Error).ToArray();
        return result is { IsValid: true, Value: MtaStsPolicy policy } ? policy : throw new EmailSecurityException("PolicyInvalid", ErrorKind.InvalidData,
            $"{path} is not a valid MTA-STS policy: {string.Join(" ", errors.Select(Line))}",
            $"{string.Join(" ", errors.Select(f => f.Fix).Distinct(StringComparer.Ordinal))} To check the file, run: Test-MtaStsPolicy -Path '{path}'")
        { Target = path };
    }

    private static string Line(Finding finding) =>
        $"{(finding.Line is { } line ? Invariant($"line {line}: ") : "")}{finding.Message} (RFC 8461 section {finding.Section})";
}
