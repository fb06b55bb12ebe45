using System.Management.Automation;
using EmailSecurity.MtaSts;
using EmailSecurity.PowerShell.Abstractions;
using EmailSecurity.Stacks;

namespace EmailSecurity.PowerShell.Commands;

/// <summary>Hosts a policy and publishes its id: serve first, then announce (RFC 8461 section 8.1).</summary>
[Cmdlet(VerbsData.Publish, "MtaStsPolicy", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(EmailSecurityStack))]
public sealed class PublishMtaStsPolicyCommand : PolicyPublishCmdlet
{
    /// <summary>Policy mode, where no policy is given; testing on a new domain, the deployed one on another.</summary>
    [Parameter]
    [NotGivenIfEmpty]
    public MtaStsMode? Mode { get; set; }

    /// <summary>mx patterns, where no policy is given; the live MX records on a new domain, the deployed ones on another.</summary>
    [Parameter]
    [ListCell(ListCellKind.Host)]
    public string[]? MxHost { get; set; }

    /// <summary>max_age in seconds, where no policy is given.</summary>
    [Parameter]
    [MaxAgeArgument]
    [ValidateNumber(0, MtaStsPolicy.MaxMaxAge)]
    public long? MaxAge { get; set; }

    /// <summary>A policy file, served exactly as it is.</summary>
    [Parameter]
    [Alias("PolicyPath")]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    private protected override StackParts Parts => StackParts.MtaSts;

    private protected override async Task<StackWish> CompleteAsync(EmailSecurityStack stack, CancellationToken cancellationToken)
    {
        var wish = stack.Wish;
        if (Path is not null)
        {
            return wish with { Policy = await AssetFiles.ReadPolicyAsync(ResolveFile(Path), stack.Domain, cancellationToken).ConfigureAwait(false) };
        }

        return Mode is null && MxHost is not { Length: > 0 } && MaxAge is null ? wish : wish with
        {
            // The command's own parameters take precedence over what came down the pipeline; what neither asks for stays as deployed.
            Policy = null,
            Mode = Mode ?? wish.Policy?.Mode ?? wish.Mode,
            MxHost = MxHost is { Length: > 0 } ? MxHost : wish.Policy?.MxHosts ?? wish.MxHost,
            MaxAge = MaxAge ?? wish.Policy?.MaxAge ?? wish.MaxAge,
        };
    }
}
