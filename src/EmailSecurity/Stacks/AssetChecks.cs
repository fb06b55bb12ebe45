using EmailSecurity.Bimi;
using EmailSecurity.Findings;

namespace EmailSecurity.Stacks;

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

        var checkedMark = MarkCertificate.Check(mark.Content, new MarkCertificateOptions { At = at, Domain = stack.Domain, Selector = stack.BimiSelector, Logo = logo.Content, TrustedRoots = roots });
        return checkedMark.IsValid ? null : Error("MarkCertificateInvalid", $"{mark.Name} is not a mark certificate that mailbox providers accept for {stack.Domain} and this logo", checkedMark, "Test-MarkCertificate", mark.Name);
    }

    private static EmailSecurityException Error(string id, string what, TestResult result, string command, string target)
    {
        const int shown = 3;
        var errors = result.Findings.Where(f => f.Severity == FindingSeverity.Error).ToArray();
        var list = string.Join(" ", errors.Take(shown).Select(f => $"{(f.Line is { } line ? $"Line {line}, column {f.Column}: " : "")}{f.Message}"));
        var more = errors.Length > shown ? $" And {errors.Length - shown} more." : "";
        return new EmailSecurityException(id, ErrorKind.InvalidData, $"{what}: {list}{more} The BIMI part was left out.", $"Mend the file; {command} lists every finding with its fix.") { Target = target };
    }
}
