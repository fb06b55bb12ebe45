using System.Management.Automation;
using EmailSecurity.Bimi;
using EmailSecurity.Planning;
using EmailSecurity.PowerShell.Abstractions;
using EmailSecurity.PowerShell.Completion;
using EmailSecurity.Stacks;

namespace EmailSecurity.PowerShell.Commands;

/// <summary>Checks and hosts a logo and its mark certificate, and publishes the assertion record.</summary>
[Cmdlet(VerbsData.Publish, "BimiAssets", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(EmailSecurityStack))]
public sealed class PublishBimiAssetsCommand : PublishCmdlet
{
    /// <summary>The logo: SVG Tiny PS, plain or gzipped. Without it the stack's own is taken.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string? LogoPath { get; set; }

    /// <summary>The mark certificate (VMC or CMC) as PEM.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? MarkCertificatePath { get; set; }

    /// <summary>BIMI selector; the stack's own unless said otherwise.</summary>
    [Parameter]
    [Alias("BimiSelector")]
    [ArgumentCompleter(typeof(SelectorCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Selector { get; set; }

    /// <summary>PEM file of mark roots to trust instead of those shipped, for a test environment.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? MarkRoot { get; set; }

    private protected override StackParts Parts => StackParts.Bimi;

    private protected override PublishOptions Options => base.Options with { MarkRoots = ReadMarkRoots(MarkRoot) };

    private protected override async Task<StackWish> CompleteAsync(EmailSecurityStack stack, CancellationToken cancellationToken)
    {
        var logo = LogoPath is null ? null : ResolveFile(LogoPath);
        var mark = MarkCertificatePath is null ? null : ResolveFile(MarkCertificatePath);
        var wish = Selector is null ? stack.Wish : stack.Wish with { BimiSelector = BimiSelector.Normalize(Selector) };
        wish = wish with
        {
            Logo = logo is null ? wish.Logo : await AssetFiles.ReadLogoAsync(logo, cancellationToken).ConfigureAwait(false),
            MarkCertificate = mark is null ? wish.MarkCertificate : await AssetFiles.ReadMarkAsync(mark, cancellationToken).ConfigureAwait(false),
        };
        return wish.Logo is not null
            ? wish
            : throw new EmailSecurityException("LogoMissing", ErrorKind.InvalidArgument, "No logo was specified, and the stack has none.",
                $"Run: Publish-BimiAssets {stack.Domain} -LogoPath <file>");
    }
}
