using EmailSecurity.Sandbox.Contracts;

namespace EmailSecurity.Sandbox.Hosting;

/// <summary>What is recorded of calls, and what is made of them on demand.</summary>
/// <param name="Log">Every call so far.</param>
/// <param name="Faults">What goes wrong.</param>
/// <param name="Denials">What the main account may not do.</param>
/// <param name="Authorize">Says whether the main account may make a call, as IAM would; null allows all.</param>
internal sealed record CallControls(CallLog Log, FaultPlan Faults, DenialList Denials, Func<AwsCall, AwsOperation, Task<bool>>? Authorize)
{
    /// <summary>
    /// Carries a call out in place of the front end: it calls what it is given, and may do something before and after. For tests that look at everything
    /// between any two calls, or change it there. Null for nothing.
    /// </summary>
    public Func<string, AwsOperation, Func<Task>, Task>? Around { get; set; }

    /// <summary>True where the main account may not make a call.</summary>
    public async Task<bool> DenyAsync(AwsCall call, AwsOperation operation) =>
        Denials.Denies(call.Service, operation.Name) || (Authorize is not null && !await Authorize(call, operation));
}
