using EmailSecurity.Bimi;
using EmailSecurity.Findings;
using EmailSecurity.MtaSts;
using EmailSecurity.Stacks;
using EmailSecurity.TlsRpt;

namespace EmailSecurity.Planning;

/// <summary>What a publish refuses or warns of because of what DNS and the mail servers say. Pure.</summary>
internal static class PublishGates
{
    /// <summary>The step that stands before everything which needs a certificate that CAA forbids.</summary>
    public const string CaaStep = "caa";

    /// <summary>The parts that are asked for, described, and not refused.</summary>
    public static StackParts Wanted(PlanBuilder plan, StackWish stack, StackParts parts, ObservedStack observed)
    {
        var described = StackParts.MtaSts | (stack.ReportUri.Count > 0 ? StackParts.TlsRpt : StackParts.None)
            | (stack.Logo is not null ? StackParts.Bimi : StackParts.None);
        var wanted = parts & described;
        if (wanted.HasFlag(StackParts.Bimi) && observed.BimiGate is { } gate)
        {
            // BIMI's DMARC gate blocks BIMI only, never MTA-STS or TLS-RPT.
            plan.Refuse(StackParts.Bimi, gate);
            wanted &= ~StackParts.Bimi;
        }

        return RefuseDelegated(plan, stack, wanted, observed);
    }

    /// <summary>Leaves out the parts whose names are delegated away from their hosted zone; returns the parts that are left.</summary>
    private static StackParts RefuseDelegated(PlanBuilder plan, StackWish stack, StackParts wanted, ObservedStack observed)
    {
        if (stack.DnsHost != DnsHost.Route53)
        {
            return wanted;
        }

        var policyHost = MtaStsPolicy.HostOf(stack.Domain);
        var bimiHost = HostingPlanner.BimiHost(stack, observed, aboutBimi: wanted.HasFlag(StackParts.Bimi));
        Refuse(StackParts.MtaSts, "MTA-STS", [MtaStsRecord.NameOf(stack.Domain), policyHost, .. ValidationNames(policyHost)]);
        Refuse(StackParts.TlsRpt, "TLS-RPT", [TlsRptRecord.NameOf(stack.Domain)]);
        Refuse(StackParts.Bimi, "BIMI", [BimiRecord.NameOf(stack.Domain, stack.BimiSelector), bimiHost, .. ValidationNames(bimiHost)]);
        return wanted & ~plan.RefusedParts;

        void Refuse(StackParts part, string name, IEnumerable<string> names)
        {
            if (wanted.HasFlag(part) && Delegation.Refusal(observed, name, names) is { } refusal)
            {
                plan.Refuse(part, refusal);
            }
        }

        IEnumerable<string> ValidationNames(string host) => observed.Certificates
            .SelectMany(c => c.ValidationRecords).Where(r => RecordMeaning.SameName(r.Domain, host)).Select(r => r.Name.ToLowerInvariant());
    }

    /// <summary>
    /// CAA that forbids Amazon (RFC 8659): where the plan requests a certificate or waits for one, that is certain to fail, so a step stands before it that
    /// says so and stops all but the reports' record; where there is a certificate, its renewal will fail, which is a warning.
    /// </summary>
    public static void CheckCaa(PlanBuilder plan, StackWish stack, StackParts wanted, ObservedStack observed, PublishDecision decision)
    {
        if ((wanted & (StackParts.MtaSts | StackParts.Bimi)) == StackParts.None)
        {
            return; // nothing that needs a certificate
        }

        Warn(plan, observed.Outside.Caa);
        RenewalCheck.Warn(plan, stack, observed);
        if (observed.Outside.Caa.FirstOrDefault(f => f.Code == "CaaForbidsAmazon") is not { } forbids || decision.Hosting.Issued is null)
        {
            return;
        }

        var target = forbids.Location ?? stack.Domain;
        var fix = $"{forbids.Fix} Then run the same command again. With -CertificateArn you can use a certificate from another CA.";
        var message = $"{forbids.Message} The certificate was not requested.";
        var refusal = new EmailSecurityException("CaaForbidsAmazon", ErrorKind.InvalidOperation, message, fix) { Target = target };
        plan.AddFirst(new Change
        {
            Domain = stack.Domain,
            Id = CaaStep,
            Action = ChangeAction.Wait,
            Resource = "CAA record",
            Target = target,
            Reason = forbids.Message,
            After = "Amazon may issue",
            Operation = new Operation.Refuse(refusal),
        }, except: decision.ReportRecord);
    }

    /// <summary>Reports what the checks found about the wanted parts.</summary>
    public static void WarnOfFindings(PlanBuilder plan, StackParts wanted, ObservedStack observed)
    {
        Warn(plan, wanted.HasFlag(StackParts.MtaSts) ? observed.Outside.MailServers : []);
        plan.Warnings.AddRange(wanted.HasFlag(StackParts.MtaSts) ? observed.Outside.NotProbed : []);
        Warn(plan, wanted.HasFlag(StackParts.TlsRpt) ? observed.Outside.Receivers : []);
        Warn(plan, wanted.HasFlag(StackParts.Bimi) ? observed.Outside.Files : []);
        Warn(plan, observed.Outside.DeployedMark);
    }

    private static void Warn(PlanBuilder plan, IEnumerable<Finding> findings)
        => plan.Warnings.AddRange(findings.Select(f => $"{f.Message} {f.Fix}".TrimEnd()).Where(w => !plan.Warnings.Contains(w, StringComparer.Ordinal)));
}
