# A domain whose DNS is not in Route 53: publish, do what the record list says at your DNS host, publish again.
# Run this script as often as you like; each run goes on from where the last one stopped.
#
#     ./examples/external-dns.ps1 -Domain example.com -ReportUri tls-reports@example.com
#
# With -Timeout it waits that many seconds for the records instead of stopping at the first that is missing.
#
param(
    [Parameter(Mandatory)] [string] $Domain,
    [string] $ReportUri,
    [string] $LogoPath,
    # Where to write what is still missing; the format of your DNS host: Bind, Json, Csv, DnsControl or OctoDns.
    [string] $Path,
    [string] $Format = 'Bind',
    [int] $Timeout
)

$ErrorActionPreference = 'Stop'

$wish = @{ Domain = $Domain; DnsHost = 'External' }
if ($ReportUri) { $wish.ReportUri = $ReportUri }
if ($LogoPath) { $wish.LogoPath = $LogoPath }
$wait = @{}
if ($Timeout) { $wait.Timeout = $Timeout }

# The certificate is requested at once; what AWS still lacks is a record that only you can publish.
$stack = New-EmailSecurityStack @wish | Publish-EmailSecurityStack @wait
$stack

if ($stack.Status -eq 'Deployed') {
    Test-EmailSecurity -Domain $Domain
    return
}

"Publish these at your DNS host, then run this again ($($stack.WaitingFor)):"
$stack.Records | Where-Object Status -in Missing, Different

# The same as a file to import. A record whose value AWS has not named yet comes with the next run.
if ($Path) { $stack | Export-EmailSecurityDnsRecord -Path $Path -Format $Format -MissingOnly -Force }
