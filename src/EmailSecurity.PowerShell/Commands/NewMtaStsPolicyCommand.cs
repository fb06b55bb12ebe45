using System.Management.Automation;
using EmailSecurity.MtaSts;
using EmailSecurity.Planning;
using EmailSecurity.Ports;
using EmailSecurity.PowerShell.Abstractions;
using EmailSecurity.PowerShell.Completion;
using EmailSecurity.Stacks;

namespace EmailSecurity.PowerShell.Commands;

/// <summary>Makes a policy: from hosts, from a file, or from the domain's live MX records.</summary>
[Cmdlet(VerbsCommon.New, "MtaStsPolicy", DefaultParameterSetName = "Hosts")]
[OutputType(typeof(MtaStsPolicy))]
public sealed class NewMtaStsPolicyCommand : LiveCmdlet
{
    /// <summary>The domain.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name", "DomainName")]
    [ArgumentCompleter(typeof(DomainCompleter))]
    [DomainArgument]
    public string? Domain { get; set; }

    /// <summary>A stack that the policy is for; passes it on with the policy.</summary>
    [Parameter(ValueFromPipeline = true)]
    [RestoreDeserialized(typeof(EmailSecurityStack))]
    public EmailSecurityStack? Stack { get; set; }

    /// <summary>Mode; testing unless said otherwise.</summary>
    [Parameter(ParameterSetName = "Hosts")]
    [NotGivenIfEmpty]
    public MtaStsMode? Mode { get; set; }

    /// <summary>mx patterns: host names, or *.example.com for one label below; without any the domain's live MX records are taken.</summary>
    [Parameter(ParameterSetName = "Hosts")]
    [ListCell(ListCellKind.Host)]
    public string[]? MxHost { get; set; }

    /// <summary>Seconds that a sender may keep the policy: at most 31557600, a year; a week unless said otherwise.</summary>
    [Parameter(ParameterSetName = "Hosts")]
    [MaxAgeArgument]
    [ValidateNumber(0, MtaStsPolicy.MaxMaxAge)]
    public long? MaxAge { get; set; }

    /// <summary>A policy file, taken exactly as it is.</summary>
    [Parameter(ParameterSetName = "File", Mandatory = true)]
    [Alias("PolicyPath", "FilePath")]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <inheritdoc/>
    protected override Task ProcessRecordAsync(CancellationToken cancellationToken) => ForEachItemAsync(Stack?.Domain ?? Domain, async ct =>
    {
        OneDomain.Require(Domain, Stack, policy: null);
        var stack = Stack ?? (string.IsNullOrEmpty(Domain)
            ? throw new EmailSecurityException("DomainMissing", ErrorKind.InvalidArgument, "No domain was specified.", "Add -Domain, or pipe a stack.")
            : EmailSecurityStack.For(Domain));
        if (Path is not null)
        {
            var read = await AssetFiles.ReadPolicyAsync(ResolveFile(Path), stack.Domain, ct).ConfigureAwait(false);
            WriteObject(read.With(stack.Domain, Stack));
            return;
        }

        var (wish, deployed) = (stack.Wish, stack.State.Policy);
        var mode = Mode ?? wish.Policy?.Mode ?? wish.Mode ?? deployed?.Mode ?? MtaStsMode.Testing;
        var hosts = MxHost is { Length: > 0 } ? MxHost : wish.Policy?.MxHosts ?? (wish.MxHost.Count > 0 ? wish.MxHost : deployed?.MxHosts ?? []);
        if (hosts.Count == 0 && mode != MtaStsMode.None)
        {
            var answer = await GetOutside().Resolver.QueryAsync(stack.Domain, DnsRecordType.MX, ct).ConfigureAwait(false);
            hosts = PolicyChooser.LiveMx(stack.Domain, answer);
        }

        var maxAge = MaxAge ?? wish.Policy?.MaxAge ?? wish.MaxAge ?? deployed?.MaxAge ?? PolicyChooser.DefaultMaxAge;
        WriteObject(MtaStsPolicy.Create(stack.Domain, mode, hosts, maxAge, Stack));
    }, cancellationToken);
}
