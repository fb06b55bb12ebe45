using EmailSecurity.Bimi;
using EmailSecurity.Findings;
using EmailSecurity.Marks;
using EmailSecurity.Stacks;

namespace EmailSecurity.Deployment;

/// <summary>What is wrong with a stack's BIMI files, by the same checks as Test-BimiLogo and Test-MarkCertificate; asked before anything is uploaded.</summary>
public static class AssetChecks
{
    /// <summary>Null where logo and mark certificate can be used, or there is no logo; else why not.</summary>
    public static EmailSecurityException? Check(StackWish stack, DateTimeOffset at, MarkCertificateRoots roots)
    {
        if (stack.Logo is not { } logo)
        {
            return null;
        }

        var checkedLogo = BimiLogo.Check(logo.Content, logo.Name);
        if (!checkedLogo.IsValid)
        {
            return Error("LogoInvalid", $"{logo.Name} is not a valid BIMI logo", checkedLogo, "Test-BimiLogo", logo.Name);
        }

        if (stack.MarkCertificate is not { } mark)
        {
            return null;
        }

        var checkedMark = CheckMark(stack, mark, logo, at, roots);
        return checkedMark.IsValid ? null : Error("MarkCertificateInvalid",
            $"{mark.Name} is not a mark certificate that mailbox providers accept for {stack.Domain} and this logo",
            checkedMark, "Test-MarkCertificate", mark.Name);
    }

    /// <summary>What is worth fixing in files that can be used: the warnings of the same checks, a few of each file.</summary>
    public static IReadOnlyList<Finding> Warnings(StackWish stack, DateTimeOffset at, MarkCertificateRoots roots)
    {
        ArgumentNullException.ThrowIfNull(stack);
        return stack.Logo is not { } logo ? []
            :
            [
                .. First(BimiLogo.Check(logo.Content, logo.Name), logo, "Test-BimiLogo"),
                .. stack.MarkCertificate is { } mark ? First(CheckMark(stack, mark, logo, at, roots), mark, "Test-MarkCertificate") : [],
            ];
    }

    private static IEnumerable<Finding> First(TestResult result, StackAsset file, string command)
    {
        const int shown = 3;
        if (!result.IsValid)
        {
            return []; // said as the error that it is
        }

        Finding[] warnings = [.. result.Findings.Where(f => f.Severity == FindingSeverity.Warning)];
        return warnings.Take(shown).Select((f, i) => f with
        {
            Message = $"{file.Name}: {f.Message}",
            Fix = i == shown - 1 && warnings.Length > shown ? Invariant($"{f.Fix} {command} lists {warnings.Length - shown} more warnings.") : f.Fix,
        });
    }

    private static TestResult CheckMark(StackWish stack, StackAsset mark, StackAsset logo, DateTimeOffset at, MarkCertificateRoots roots)
        => MarkCertificate.Check(mark.Content, new MarkCertificateOptions
        {
            At = at,
            Domain = stack.Domain,
            Selector = stack.BimiSelector,
            Logo = logo.Content,
            TrustedRoots = roots,
        });

    // As it can be pasted at a prompt.
    private static string Quoted(string path) => path.All(c => char.IsLetterOrDigit(c) || "/\\.:_-".Contains(c, StringComparison.Ordinal))
        ? path
        : $"'{path.Replace("'", "''", StringComparison.Ordinal)}'";

    private static EmailSecurityException Error(string id, string what, TestResult result, string command, string target)
    {
        const int shown = 3;
        var errors = result.Findings.Where(f => f.Severity == FindingSeverity.Error).ToArray();
        var list = string.Join(" ", errors.Take(shown).Select(f => $"{(f.Line is { } line ? Invariant($"Line {line}, column {f.Column}: ") : "")}{f.Message}"));
        var more = errors.Length > shown ? Invariant($" And {errors.Length - shown} more.") : "";
        return new EmailSecurityException(id, ErrorKind.InvalidData,
            $"{what}: {list}{more} The BIMI part was left out.",
            $"Fix the file, then run the same command again. To list every finding with its fix, run: {command} {Quoted(target)}")
        { Target = target };
    }
}
