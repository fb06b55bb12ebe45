# From nothing to MTA-STS, TLS reporting and BIMI for one domain, a policy change, and the way back; each step is
# checked from outside. Rehearse it without AWS:
#
#     dotnet run --project src/EmailSecurity.Sandbox -- rehearse
#
# For real: a domain with a Route 53 hosted zone, MX records and an enforcing DMARC record, and AWS credentials.
#
#     ./examples/quickstart.ps1 -Domain example.com -LogoPath ./assets/logo.svg -KeepGoing
#
param(
    [string] $Domain = 'example.com',
    [string] $LogoPath,
    # A VMC or CMC for the logo, if there is one.
    [string] $MarkCertificatePath,
    [string] $ReportUri = "tls-reports@$Domain",
    # Stop after the deployment, so that it stays.
    [switch] $KeepGoing
)

$ErrorActionPreference = 'Stop'
$script:step = 0

function Step([string] $title) { $script:step++; ''; "== $script:step. $title" }

# In a rehearsal somebody else looks as well: by DNS, HTTPS and AWS's own call log, with no code of the module.
function Look([string] $step) { if ($Rehearsal) { $Rehearsal.Verify($step) } }
function Check([bool] $true_, [string] $what) { if ($true_) { "   ok  $what" } else { throw "NOT SO: $what" } }

Step "Describe what $Domain should have. This calls nobody."
$wish = @{ Domain = $Domain; ReportUri = $ReportUri; MaxAge = 86400 }
if ($LogoPath) { $wish.LogoPath = $LogoPath }
$stack = New-EmailSecurityStack @wish
$stack | Format-Table

Step 'See the plan: every change and wait, in order, before anything is done.'
$plan = @($stack | Get-EmailSecurityPlan)
$plan | Format-Table
Check ($plan.Count -gt 0) "$($plan.Count) steps, $(@($plan | Where-Object IsWrite).Count) of them changes"
Look planned

Step 'Publish. AWS takes minutes for a certificate and a distribution, a rehearsal seconds.'
$deployed = $stack | Publish-EmailSecurityStack
$deployed | Format-Table
Check ($deployed.Status -eq 'Deployed') "the stack is deployed: distribution $($deployed.DistributionId), policy $($deployed.PolicyId)"

Step 'Look at the records as DNS has them.'
# Route 53's servers take up to a minute to give a new record out.
for ($second = 0; $second -lt 120; $second++) {
    $records = @($deployed | Get-EmailSecurityDnsRecord)
    if (-not ($records | Where-Object Status -ne Published)) { break }
    Start-Sleep -Seconds 1
}

$records | Format-Table
Check (@($records | Where-Object Status -ne Published).Count -eq 0) "all $($records.Count) records are published"

Step 'Look from outside, as a sending mail server and a mailbox provider do: DNS, HTTPS, certificate, policy, logo.'
$seen = @(Test-EmailSecurity -Domain $Domain)
$seen | Format-Table
$mtaSts = $seen | Where-Object Mechanism -eq MtaSts
Check $mtaSts.IsValid 'senders find the policy, and it is valid'
'   The policy as fetched over HTTPS:'
$mtaSts.Value.Text.TrimEnd() -split '\r?\n' | ForEach-Object { "      $_" }
Check ($mtaSts.Value.Mode -eq 'Testing') 'its mode is testing: a new domain starts without risk'
Check ($mtaSts.Value.Id -eq $deployed.PolicyId) 'it is the very policy whose id is in DNS'
Check ($seen | Where-Object Mechanism -eq TlsRpt).IsValid 'senders find where reports go'
if ($LogoPath) { Check ($seen | Where-Object Mechanism -eq Bimi).IsValid 'mailbox providers find the logo, and it is valid' }
Look deployed

Step 'Publish the same again: nothing to do.'
Check (@($stack | Get-EmailSecurityPlan).Count -eq 0) 'the plan is empty'
$null = $stack | Publish-EmailSecurityStack
Look unchanged

if ($KeepGoing) { return }

if ($MarkCertificatePath) {
    Step 'Add the mark certificate: hosted beside the logo, checked against it, then named in the record.'
    $deployed = $deployed | Publish-BimiAssets -MarkCertificatePath $MarkCertificatePath
    for ($second = 0; $second -lt 60; $second++) {
        $bimi = Test-Bimi -Domain $Domain
        if ($bimi.Value.Certificate) { break }
        Start-Sleep -Seconds 1
    }

    $bimi | Format-Table
    Check ($bimi.IsValid -and $bimi.Value.Certificate) "mailbox providers find the certificate at $($bimi.Value.Certificate), and it is good for this domain and logo"
    Look certified
}

Step 'Change the policy to enforce: served first, announced after (RFC 8461 section 8.1).'
$enforced = $deployed | New-MtaStsPolicy -Mode Enforce -MaxAge 604800 | Publish-MtaStsPolicy -MinimumTestingDays 0 -Confirm:$false
$enforced | Format-Table
Check ($enforced.PolicyId -ne $deployed.PolicyId) "the id in DNS changed from $($deployed.PolicyId) to $($enforced.PolicyId)"
$now = Test-MtaSts -Domain $Domain
Check ($now.IsValid -and $now.Value.Mode -eq 'Enforce') 'senders are served the enforce policy'
Look changed

Step 'Remove. Senders may hold the old policy for a week, so the removal takes it back and waits (RFC 8461 section 8.3).'
$waiting = Remove-EmailSecurityStack -Domain $Domain -Confirm:$false
$waiting | Format-Table
Check ($waiting.Status -eq 'Removing') "it waits until $($waiting.WaitingUntil.ToString('u')), and finishes when run again after that"
$none = Test-MtaSts -Domain $Domain
Check ($none.Value.Mode -eq 'None') 'senders are served mode none meanwhile'
Look removing

Step 'Remove with -Force: without the wait, and it says what that risks.'
Remove-EmailSecurityStack -Domain $Domain -Force
$left = @(Get-EmailSecurityStack -Domain $Domain -ErrorAction SilentlyContinue)
Check ($left.Count -eq 0) 'nothing of the stack is left in AWS'
Check ((Test-MtaSts -Domain $Domain).Status -eq 'Absent') 'senders find no policy any more'
Look gone

''
'Every step was checked from outside.'
