using System.Management.Automation;
using System.Security;
using EmailSecurity.Ports;
using EmailSecurity.PowerShell.Abstractions;
using EmailSecurity.PowerShell.Completion;
using EmailSecurity.PowerShell.Loading;
using EmailSecurity.TlsReports;
using EmailSecurity.TlsReports.Store;

namespace EmailSecurity.PowerShell.Commands;

/// <summary>
/// Import-TlsRptReport: reads TLS reports (RFC 8460) as senders write them: JSON, gzip, zip, messages, mbox files and Maildirs; from files, a bucket or a
/// mailbox.
/// </summary>
[Cmdlet(VerbsData.Import, "TlsRptReport", DefaultParameterSetName = PathSet)]
[OutputType(typeof(TlsRptReport))]
public sealed class ImportTlsRptReportCommand : BucketCmdlet
{
    private const string PathSet = "Path";
    private const string LiteralSet = "LiteralPath";
    private const string MailboxSet = "Mailbox";
    private const string TokenSet = "MailboxToken";
    private const int MostInMemory = 4 * 1024 * 1024;

    private readonly Queue<ReportPlace> stores = [];
    private ReportIntake? intake;
    private TlsReportFile? reader;

    /// <summary>Files, or folders with everything below them; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PathSet, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>Files or folders, names taken as they are; what Get-ChildItem emits binds here.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LiteralSet, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The mail server, <c>host</c> or <c>host:port</c>.</summary>
    [Parameter(Mandatory = true, ParameterSetName = MailboxSet)]
    [Parameter(Mandatory = true, ParameterSetName = TokenSet)]
    [ValidateHostPort(PortOptional = true)]
    [ArgumentCompleter(typeof(ImapServerCompleter))]
    public string ImapServer { get; set; } = "";

    /// <summary>A credentials object for AWS; for a mailbox, user name and password, or the user name, and the password is asked for.</summary>
    [Parameter(ParameterSetName = BucketSet)]
    [Parameter(ParameterSetName = MailboxSet)]
    [NotGivenIfEmpty(RefuseEmptyArgument = true)]
    public override object? Credential { get; set; }

    /// <summary>An access token of OAuth 2.0 for the mailbox.</summary>
    [Parameter(Mandatory = true, ParameterSetName = TokenSet)]
    [SecretText]
    public SecureString? AccessToken { get; set; }

    /// <summary>Whose mailbox the token is for.</summary>
    [Parameter(Mandatory = true, ParameterSetName = TokenSet)]
    [ValidateNotNullOrEmpty]
    public string UserName { get; set; } = "";

    /// <summary>The folder of the mailbox.</summary>
    [Parameter(ParameterSetName = MailboxSet)]
    [Parameter(ParameterSetName = TokenSet)]
    [ValidateNotNullOrEmpty]
    public string Folder { get; set; } = "INBOX";

    /// <summary>Only messages with a higher number in the folder.</summary>
    [Parameter(ParameterSetName = MailboxSet)]
    [Parameter(ParameterSetName = TokenSet)]
    public uint AfterUid { get; set; }

    /// <summary>Marks messages that hold reports as seen.</summary>
    [Parameter(ParameterSetName = MailboxSet)]
    [Parameter(ParameterSetName = TokenSet)]
    public SwitchParameter MarkSeen { get; set; }

    /// <summary>Begins TLS with STARTTLS at a port other than 143.</summary>
    [Parameter(ParameterSetName = MailboxSet)]
    [Parameter(ParameterSetName = TokenSet)]
    public SwitchParameter StartTls { get; set; }

    /// <summary>PEM file of an additional root for the mail server's certificate.</summary>
    [Parameter(ParameterSetName = MailboxSet)]
    [Parameter(ParameterSetName = TokenSet)]
    [NotGivenIfEmpty(RefuseEmptyArgument = true)]
    public string? TrustedRoot { get; set; }

    /// <summary>Only what arrived at this time or later.</summary>
    [Parameter(ParameterSetName = BucketSet)]
    [Parameter(ParameterSetName = MailboxSet)]
    [Parameter(ParameterSetName = TokenSet)]
    public DateTimeOffset? Since { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        switch (ParameterSetName)
        {
            case BucketSet:
                intake = new ReportIntake(this, "objects");
                await ForEachItemAsync($"s3://{BucketName}/{Prefix}", ReadBucketAsync, cancellationToken).ConfigureAwait(false);
                break;
            case MailboxSet or TokenSet:
                intake = new ReportIntake(this, "messages");
                await ForEachItemAsync(ImapServer, ReadMailboxAsync, cancellationToken).ConfigureAwait(false);
                break;
            default:
                intake ??= new ReportIntake(this, "files");
                foreach (var path in ParameterSetName == LiteralSet ? LiteralPath : Path)
                {
                    ReadPath(path, ParameterSetName == LiteralSet, cancellationToken);
                }

                break;
        }

        // Last, for paths are resolved before the first await.
        while (stores.TryDequeue(out var store))
        {
            intake.Begin(store.Path);
            await ForEachItemAsync(store.Path, ct => KeptReports.ReadAsync(store.Kept!, intake.Take, ct), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    protected override Task EndProcessingAsync(CancellationToken cancellationToken)
    {
        intake?.End();
        return Task.CompletedTask;
    }

    private async Task ReadBucketAsync(CancellationToken cancellationToken)
    {
        var (objects, clock, kept) = (GetObjects(), Clock, new BucketStores());
        var reports = new BucketReports(objects, Adapters.Messages, static size => size > MostInMemory ? UserFile.Temporary() : new MemoryStream())
        {
            LeavesOut = kept.Note,
        };
        await reports.ReadAsync(Bucket, Prefix ?? "", Since, ThrottleLimit, intake!, cancellationToken).ConfigureAwait(false);
        foreach (var folder in kept.Folders)
        {
            // The prefix may name a part of the store.
            var inner = Prefix?.Length > folder.Length ? Prefix[folder.Length..] : "";
            var store = new BucketFiles(objects, Bucket, folder, ThrottleLimit, clock);
            intake!.Begin(store.Location + inner);
            await KeptReports.ReadAsync(store, inner, TakeKept, cancellationToken).ConfigureAwait(false);
        }
    }

    // When a kept report arrived is not known; its period ended before.
    private void TakeKept(TlsRptReport report)
    {
        if (!(Since > (report.End ?? report.Start)))
        {
            intake!.Take(report);
        }
    }

    private Task ReadMailboxAsync(CancellationToken cancellationToken)
    {
        var (userName, secret) = AccessToken is { } token ? (UserName, SecretTextAttribute.Reveal(token)) : MailboxSignIn.Of(this, Credential, ImapServer);
        var settings = new MailboxSettings
        {
            Server = ImapServer,
            UsesStartTls = StartTls,
            UserName = userName,
            Secret = secret,
            IsToken = AccessToken is not null,
            Folder = Folder,
            MarksSeen = MarkSeen,
            TrustedRoot = TrustedRoot is null ? null : ResolveExistingFile(TrustedRoot, "TrustedRootNotFound"),
        };
        return new MailboxReports(Adapters.Mailboxes, Adapters.Messages, Clock, SessionHost).ReadAsync(settings, AfterUid, Since, intake!, cancellationToken);
    }

    private void ReadPath(string path, bool isLiteral, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var place in ReportPaths.Of(this, path, isLiteral))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (place.Kept is not null)
                {
                    stores.Enqueue(place);
                }
                else
                {
                    ReadFile(place.Path, cancellationToken);
                }
            }
        }
        catch (Exception e) when (e is EmailSecurityException or IOException or UnauthorizedAccessException)
        {
            WriteFailure(e, path);
        }
    }

    private void ReadFile(string path, CancellationToken cancellationToken)
    {
        intake!.Begin(path);
        try
        {
            using var stream = UserFile.Open(path);
            (reader ??= new TlsReportFile(Adapters.Messages, intake)).Read(stream, path, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            WriteFailure(e, path);
        }
    }
}
