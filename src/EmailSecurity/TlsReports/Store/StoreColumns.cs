namespace EmailSecurity.TlsReports.Store;

/// <summary>The columns of the store, in order: the one list that files, guide and Athena table are made of.</summary>
internal static class StoreColumns
{
    /// <summary>The columns within a file.</summary>
    public static readonly IReadOnlyList<StoreColumn> InFile =
    [
        new("report_key", StoreKind.Text,
            "What tells the report from all others: a hash of organization and report id, or of the content where it has no id."),
        new("content_hash", StoreKind.Text, "A hash of everything that the report says."),
        new("organization_name", StoreKind.Text, "Who reports; empty where the report does not say.", "organization-name"),
        new("report_id", StoreKind.Text, "The sender's own id of the report; empty where it has none.", "report-id"),
        new("contact_info", StoreKind.Text, "Whom to ask about the report; null where it does not say.", "contact-info", IsNullable: true),
        new("start_time", StoreKind.Timestamp,
            "The begin of the period, UTC; null where the report does not say.", "date-range.start-datetime", IsNullable: true),
        new("end_time", StoreKind.Timestamp, "The end of the period, UTC; null where the report does not say.", "date-range.end-datetime", IsNullable: true),
        new("day", StoreKind.Date, "The day (UTC) that the report counts for: of its begin, or else of its end; null without both.", IsNullable: true),
        new("report_domain", StoreKind.Text, "The domain that the message or file name gave; null where they did not.", IsNullable: true),
        new("source", StoreKind.Text, "Where the report was read: a file, an entry of an archive, a message."),
        new("is_valid", StoreKind.Boolean, "Whether the report meets RFC 8460; one that does not was read all the same."),
        new("policy_count", StoreKind.SmallNumber,
            "How many policies the report has: so many rows; 0 has one row, without a policy."),
        new("policy_number", StoreKind.SmallNumber, "Which policy of the report the row is, from 1; 0 for a report without policies."),
        new("policy_type", StoreKind.Text, "The policy that the sender used: sts, tlsa, no-policy-found, or as the sender wrote it.", "policy.policy-type"),
        new("policy_domain", StoreKind.Text, "The domain of the policy as the sender wrote it; empty where it does not say.", "policy.policy-domain"),
        new("policy_string", StoreKind.TextList, "The policy as the sender saw it.", "policy.policy-string"),
        new("mx_host", StoreKind.TextList, "The mail servers or patterns of the policy.", "policy.mx-host"),
        new("total_successful_session_count", StoreKind.Number, "Sessions that succeeded; 9223372036854775807 stands for that many or more.",
            "summary.total-successful-session-count"),
        new("total_failure_session_count", StoreKind.Number, "Sessions that failed; 9223372036854775807 stands for that many or more.",
            "summary.total-failure-session-count"),
        new("report_other_fields", StoreKind.Text,
            "Fields of the report that RFC 8460 does not know, or values that could not be used, as a JSON array of [name, JSON text] "
            + "pairs; on the first row of a report alone; null without any.", IsNullable: true),
        new("policy_other_fields", StoreKind.Text, "The same for the policy; a count past 64 bits stands here as it was written.", IsNullable: true),
        new("failure_details", StoreKind.StructList, "The failures, by kind and mail server; empty without any.", "failure-details")
        {
            Fields =
            [
                new("result_type", StoreKind.Text, "How the sessions failed (RFC 8460 section 4.3).", "result-type"),
                new("sending_mta_ip", StoreKind.Text, "The address of the sender's mail server.", "sending-mta-ip"),
                new("receiving_mx_hostname", StoreKind.Text, "The mail server that was to receive.", "receiving-mx-hostname"),
                new("receiving_mx_helo", StoreKind.Text, "The name with which it greeted.", "receiving-mx-helo"),
                new("receiving_ip", StoreKind.Text, "Its address.", "receiving-ip"),
                new("failed_session_count", StoreKind.Number,
                    "Sessions that failed so; 9223372036854775807 stands for that many or more.", "failed-session-count"),
                new("additional_information", StoreKind.Text, "Where the sender says more.", "additional-information"),
                new("failure_reason_code", StoreKind.Text, "The sender's own words or code.", "failure-reason-code"),
                new("other_fields", StoreKind.Text, "The same as report_other_fields, for the failure.", IsNullable: true),
            ],
        },
        new("findings", StoreKind.StructList, "What is odd about this policy, and on the first row about the report itself (docs/findings.md).")
        {
            Fields =
            [
                new("code", StoreKind.Text, "The code of the finding."),
                new("severity", StoreKind.Text, "Information, Warning or Error."),
                new("section", StoreKind.Text, "The section of RFC 8460."),
                new("message", StoreKind.Text, "What was found."),
                new("location", StoreKind.Text, "The field, as its path in the report; null where it is the whole.", IsNullable: true),
            ],
        },
    ];

    /// <summary>The columns that are folders, outermost first.</summary>
    public static readonly IReadOnlyList<StoreColumn> Partitions =
    [
        new("domain", StoreKind.Text,
            "The policy's domain as A-labels in lower case, or else report_domain; null where there is none, or where it is not a domain name.",
            IsNullable: true),
        new("month", StoreKind.Text, "The month of day, as 2026-03; null where day is.", IsNullable: true),
    ];
}
