#!/usr/bin/env pwsh
<#
.SYNOPSIS
    Runs a document that is a session at the prompt, and writes what PowerShell shows now below each of its commands.
.DESCRIPTION
    In a document, blocks of text are a session: a line that begins with "PS> " is a command, and the lines below it are what it showed. The commands run in
    their order, in this PowerShell, as at a console of 80 columns; questions are answered with yes. Times, accounts and the names that AWS makes up are
    written as the same ones each time, so that two runs give the same document.
.EXAMPLE
    tools/Update-Transcript.ps1
    Writes docs/first-ten-minutes.md again. Build first: it starts a sandbox of its own.
#>
[CmdletBinding()]
param(
    # The document.
    [string] $Path = "$PSScriptRoot/../docs/first-ten-minutes.md",
    # The folder that the session is in: it has the built module. Files that the session writes stay there; by default a copy that is removed.
    [string] $Folder,
    # The file that leads to a sandbox with the hosted zone of serve; by default one is started.
    [string] $SandboxPath,
    # Where the document goes, as JSON; by default to where it came from.
    [string] $ResultPath
)

$ErrorActionPreference = 'Stop'
$root = Split-Path $PSScriptRoot

# PowerShell wraps at words in a language that it knows, and anywhere in the invariant culture.
[cultureinfo]::CurrentCulture = [cultureinfo]::DefaultThreadCurrentCulture = 'en-US'

Add-Type -TypeDefinition @'
using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;
using System.Text;

/// <summary>A console of 80 columns that keeps what it shows, in front of somebody who says yes.</summary>
public sealed class Console80 : PSHost
{
    private readonly Guid id = Guid.NewGuid();
    private readonly Screen screen = new Screen();
    public override CultureInfo CurrentCulture { get { return CultureInfo.GetCultureInfo("en-US"); } }
    public override CultureInfo CurrentUICulture { get { return CultureInfo.GetCultureInfo("en-US"); } }
    public override Guid InstanceId { get { return id; } }
    public override string Name { get { return "ConsoleHost"; } }
    public override PSHostUserInterface UI { get { return screen; } }
    public override Version Version { get { return new Version(1, 0); } }
    public override void EnterNestedPrompt() { throw new NotSupportedException(); }
    public override void ExitNestedPrompt() { throw new NotSupportedException(); }
    public override void NotifyBeginApplication() { }
    public override void NotifyEndApplication() { }
    public override void SetShouldExit(int exitCode) { }
    public string Take() { return screen.Take(); }
}

public sealed class Screen : PSHostUserInterface
{
    private readonly StringBuilder shown = new StringBuilder();
    private readonly RawScreen raw = new RawScreen();
    public override PSHostRawUserInterface RawUI { get { return raw; } }
    public override bool SupportsVirtualTerminal { get { return false; } }
    public string Take() { lock (shown) { var text = shown.ToString(); shown.Clear(); return text; } }
    public override void Write(string value) { lock (shown) { shown.Append(value); } }
    public override void Write(ConsoleColor foreground, ConsoleColor background, string value) { Write(value); }
    public override void WriteLine(string value) { Write(value + "\n"); }
    public override void WriteErrorLine(string value) { Write(value + "\n"); }
    public override void WriteWarningLine(string message) { Write("WARNING: " + message + "\n"); }
    public override void WriteVerboseLine(string message) { Write("VERBOSE: " + message + "\n"); }
    public override void WriteDebugLine(string message) { Write("DEBUG: " + message + "\n"); }
    public override void WriteProgress(long sourceId, ProgressRecord record) { }
    public override string ReadLine() { return "y"; }
    public override SecureString ReadLineAsSecureString() { throw new NotSupportedException(); }
    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions)
    {
        throw new InvalidOperationException("A command asked for " + descriptions[0].Name + ".");
    }
    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) { throw new NotSupportedException(); }
    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName, PSCredentialTypes types, PSCredentialUIOptions options)
    {
        throw new NotSupportedException();
    }
    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
    {
        WriteLine("");
        WriteLine(caption);
        WriteLine(message);
        var line = new StringBuilder();
        foreach (var choice in choices) { var at = choice.Label.IndexOf('&') + 1; line.Append('[').Append(choice.Label[at]).Append("] ").Append(choice.Label.Replace("&", "")).Append("  "); }
        WriteLine(line.ToString() + "[?] Help (default is \"" + choices[defaultChoice].Label.Replace("&", "")[0] + "\"): Y");
        return 0;
    }
}

public sealed class RawScreen : PSHostRawUserInterface
{
    public override ConsoleColor ForegroundColor { get; set; }
    public override ConsoleColor BackgroundColor { get; set; }
    public override Coordinates CursorPosition { get; set; }
    public override Coordinates WindowPosition { get; set; }
    public override int CursorSize { get; set; }
    public override Size BufferSize { get { return new Size(80, 3000); } set { } }
    public override Size WindowSize { get { return new Size(80, 50); } set { } }
    public override Size MaxWindowSize { get { return new Size(80, 50); } }
    public override Size MaxPhysicalWindowSize { get { return new Size(80, 50); } }
    public override bool KeyAvailable { get { return false; } }
    public override string WindowTitle { get; set; }
    public override KeyInfo ReadKey(ReadKeyOptions options) { throw new NotSupportedException(); }
    public override void FlushInputBuffer() { }
    public override BufferCell[,] GetBufferContents(Rectangle rectangle) { throw new NotSupportedException(); }
    public override void SetBufferContents(Coordinates origin, BufferCell[,] contents) { }
    public override void SetBufferContents(Rectangle rectangle, BufferCell fill) { }
    public override void ScrollBufferContents(Rectangle source, Coordinates destination, Rectangle clip, BufferCell fill) { }
}
'@

# What differs from run to run, as something of the same length: a table keeps its columns.
function ConvertTo-Steady([string] $Text, [string] $Place, $Sandbox) {
    $Text = $Text -replace '\x1b\[[0-9;]*m' # colours
    $Text = $Text.Replace($Place, '/opt/email-security').Replace('/opt/email-security\', '/opt/email-security/')
    $Text = $Text.Replace($Sandbox.endpointUrl, 'http://127.0.0.1:46255').Replace($Sandbox.accountId, '111122223333')
    $Text = $Text -replace '\d{4}-\d\d-\d\d(T|\s+)\d\d:\d\d:\d\dZ', '2026-12-08${1}09:30:00Z' -replace '\b20\d\d-\d\d-\d\d\b(?!T|\s+\d\d:)', '2026-12-01' `
        -replace '\d+/\d+/20\d\d \d+:\d\d:\d\d\s[AP]M', '12/8/2026 9:30:00 AM'
    [regex]::Replace($Text, '\bE(?=[A-Z0-9]{13}\b)(?=[A-Z]*\d)[A-Z0-9]{13}\b', 'E1A2B3C4D5E6F7')
}

# As a console of 80 columns shows it: what is longer goes on in the next line.
function Format-Console([string] $Text) {
    $lines = foreach ($line in $Text.ReplaceLineEndings("`n").TrimEnd() -split "`n") {
        $line = $line.TrimEnd()
        while ($line.Length -gt 80) {
            $line.Substring(0, 80).TrimEnd()
            $line = $line.Substring(80)
        }

        $line
    }

    $lines -join "`n"
}

$own = @()
try {
    if (-not $SandboxPath) {
        $program = Get-ChildItem (Join-Path $root src EmailSecurity.Sandbox bin) -Recurse -Filter EmailSecurity.Sandbox.dll | Sort-Object LastWriteTime | Select-Object -Last 1
        $SandboxPath = [string](New-TemporaryFile)
        $process = Start-Process dotnet -ArgumentList exec, """$program""", serve, --output, """$SandboxPath""" -NoNewWindow -PassThru -RedirectStandardError (New-TemporaryFile)
        while (-not (Get-Item $SandboxPath).Length) {
            if ($process.HasExited) { throw 'The sandbox did not start.' }
            Start-Sleep -Milliseconds 50
        }
    }

    if (-not $Folder) {
        $Folder = [string](New-Item -ItemType Directory (Join-Path ([IO.Path]::GetTempPath()) ([IO.Path]::GetRandomFileName())))
        $own += $Folder
        Copy-Item -Recurse -Destination $Folder (Join-Path $root module), (Join-Path $root en-US), (Join-Path $root assets), (Join-Path $root EmailSecurity.*)
    }

    $sandbox = Get-Content $SandboxPath | ConvertFrom-Json
    $console = [Console80]::new()
    $runspace = [runspacefactory]::CreateRunspace($console, [initialsessionstate]::CreateDefault())
    $runspace.Open()
    function Invoke-Line([string] $Line) {
        $shell = [powershell]::Create($runspace)
        try {
            $null = $shell.AddScript($Line).AddCommand('Out-Default')
            $shell.Commands.Commands[0].MergeMyResults('Error', 'Output')
            $null = $shell.Invoke()
        } catch {
            # As the console shows an error that ends a command.
            $failed = [powershell]::Create($runspace).AddCommand('Out-Default').AddParameter('InputObject', ($_.Exception.InnerException ?? $_.Exception).ErrorRecord)
            $null = $failed.Invoke()
        } finally { $shell.Dispose() }

        $console.Take()
    }

    $null = Invoke-Line "Set-Location -LiteralPath '$Folder'; `$env:EMAILSECURITY_SANDBOX = '$SandboxPath'; `$PSStyle.OutputRendering = 'PlainText'"
    $place = (Get-Item -LiteralPath $Folder).FullName
    $old = (Get-Content $Path -Raw).ReplaceLineEndings("`n")
    $new = [regex]::Replace($old, '(?ms)^```text\n(?<session>PS> .*?)^```$', {
            $shown = foreach ($line in $args[0].Groups['session'].Value -split "`n" | Where-Object { $_.StartsWith('PS> ') }) {
                (@($line; Format-Console (ConvertTo-Steady (Invoke-Line $line.Substring(4)) $place $sandbox)) | Where-Object { $_ }) -join "`n"
            }

            "``````text`n$($shown -join "`n")`n``````"
        })
    if ($ResultPath) { ConvertTo-Json $new | Set-Content -LiteralPath $ResultPath }
    else { [IO.File]::WriteAllText((Resolve-Path $Path), $new) }
} finally {
    if ($runspace) { $runspace.Dispose() }
    if ($process) { $process | Stop-Process; $process | Wait-Process }
    $own | ForEach-Object { Remove-Item -Recurse -Force -LiteralPath $_ }
}
