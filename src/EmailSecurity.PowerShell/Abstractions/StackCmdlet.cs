using System.Management.Automation;
using EmailSecurity.MtaSts;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>A command on a stack: takes a stack, a policy, a domain, or anything with a Domain property, from the pipeline.</summary>
public abstract class StackCmdlet : ConnectedCmdlet
{
    /// <summary>The domain.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? Domain { get; set; }

    /// <summary>A stack, as New-EmailSecurityStack describes it or as another command emitted it.</summary>
    [Parameter(ValueFromPipeline = true)]
    public EmailSecurityStack? Stack { get; set; }

    /// <summary>A policy of New-MtaStsPolicy; brings the stack it was made for.</summary>
    [Parameter(ValueFromPipeline = true)]
    public MtaStsPolicy? Policy { get; set; }

    /// <summary>The stack that the current input object is about.</summary>
    /// <exception cref="EmailSecurityException">DomainMissing, InvalidDomainName.</exception>
    protected EmailSecurityStack ResolveStack()
    {
        if (Stack is { } stack)
        {
            return Policy is { } also ? stack with { Wish = stack.Wish with { Policy = also } } : stack;
        }

        if (Policy is { } policy)
        {
            var domain = policy.Domain.Length > 0 ? policy.Domain : Domain;
            return policy.Stack is { } own ? own with { Wish = own.Wish with { Policy = policy } }
                : string.IsNullOrEmpty(domain) ? throw new EmailSecurityException("DomainMissing", ErrorKind.InvalidArgument, "The policy does not say which domain it is for.", "Make it with New-MtaStsPolicy -Domain, or add -Domain.")
                : StackWish.For(domain) with { Policy = policy };
        }

        return Domain is { } name
            ? EmailSecurityStack.For(name)
            : throw new EmailSecurityException("DomainMissing", ErrorKind.InvalidArgument, "No domain was given.", "Add -Domain, or pipe a stack, a policy, or anything with a Domain property.");
    }

    /// <summary>What messages and errors are about: the domain as given.</summary>
    protected string TargetName => Stack?.Domain ?? (Policy is { Domain.Length: > 0 } p ? p.Domain : Domain) ?? "";

    // A stack that comes down the pipeline knows the region of its buckets; what the user says takes precedence.
    private protected override ConnectionSettings GetSettings(SandboxDefaults? sandbox)
    {
        var settings = base.GetSettings(sandbox);
        var known = (Stack ?? Policy?.Stack)?.BucketRegion;
        return Region is null && !string.IsNullOrEmpty(known) ? settings with { Region = known } : settings;
    }

    private protected Bimi.MarkCertificateRoots ReadMarkRoots(string? path)
        => path is null ? Bimi.MarkCertificateRoots.Default : AssetFiles.ReadMarkRoots(ResolveExistingFile(path, "MarkRootNotFound"));

    /// <summary>Observe, plan and apply, with what this session remembers.</summary>
    protected StackDeployment GetDeployment() => new(GetServices(), Clock, SessionMemory.For(Clock));

    /// <summary>True under -WhatIf, given or inherited from the session.</summary>
    internal bool IsWhatIf => MyInvocation.BoundParameters.TryGetValue("WhatIf", out var given)
        ? given is SwitchParameter { IsPresent: true } or true
        : GetVariableValue("WhatIfPreference") is SwitchParameter { IsPresent: true } or true;

    /// <summary>True where the session asks at the impact High, and has not asked already at a lower one: neither -Confirm nor -Confirm:$false, $ConfirmPreference High.</summary>
    internal bool AsksAtHighImpactOnly => !MyInvocation.BoundParameters.ContainsKey("Confirm")
        && string.Equals(GetVariableValue("ConfirmPreference")?.ToString(), nameof(ConfirmImpact.High), StringComparison.OrdinalIgnoreCase);

    /// <summary>Asks the user on the pipeline thread.</summary>
    internal Task<T> AskAsync<T>(Func<T> question) => OnPipelineThreadAsync(question);

    private protected CmdletPlanHost NewPlanHost(bool force) => new(this, force);
}
