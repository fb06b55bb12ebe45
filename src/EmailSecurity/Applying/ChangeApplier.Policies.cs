using EmailSecurity.MtaSts;
using EmailSecurity.Planning;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Applying;

// The wait for a predecessor's policy.
internal sealed partial class ChangeApplier
{
    private async Task<StepOutcome> ConfirmPolicyAsync(Change change, Operation.ConfirmPolicy o, CancellationToken ct)
    {
        FetchResult? last = null;
        var served = await UntilAsync(change, ServedLimit, async c =>
        {
            last = await services.Fetcher.FetchAsync(new FetchRequest(o.Url, MtaStsPolicy.MaxSize, TimeSpan.FromSeconds(60)), c).ConfigureAwait(false);
            return HostView.PolicyIn(last, o.Domain) is not null;
        }, ct).ConfigureAwait(false);
        if (served.IsDone)
        {
            return StepOutcome.Done;
        }

        var seen = last is null ? "nothing" : HostView.Describe(last);
        return options.NoWait
            ? StepOutcome.Waits($"{o.Url} serves no policy yet ({seen})")
            : throw new EmailSecurityException("PolicyNotRestored", ErrorKind.InvalidOperation,
                $"{o.Url} serves no valid policy ({seen}), so the record that announced one before is not put back.",
                "If a CloudFront distribution served it, add the alternate domain name to that distribution again. Then run the same command again. "
                    + "Without -RestoreAdopted, the command removes the rest and shows the record.")
            { Target = o.Url.ToString() };
    }
}
