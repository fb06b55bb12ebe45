# Beside AWS.Tools, and with the profiles, variables and endpoints that every AWS tool reads.
BeforeAll {
    . "$PSScriptRoot/Sandbox.ps1"
    $sandbox = Start-TestSandbox
    $PSDefaultParameterValues = Get-TestDefault $sandbox
    'AccessKey', 'SecretKey', 'Region', 'EndpointUrl' | ForEach-Object { $PSDefaultParameterValues.Remove("*:$_") }
    $variables = 'AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE', 'AWS_PROFILE', 'AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_S3', 'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
        'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_EC2_METADATA_DISABLED'
    $before = @{}
    $variables | ForEach-Object { $before[$_] = [Environment]::GetEnvironmentVariable($_); [Environment]::SetEnvironmentVariable($_, $null) }
    $env:AWS_EC2_METADATA_DISABLED = 'true'
    $env:AWS_CONFIG_FILE = "$TestDrive/config"
    $env:AWS_SHARED_CREDENTIALS_FILE = "$TestDrive/credentials"

    # A program that prints keys, and one that fails; a file of PowerShell, so that it runs on every system.
    $program = (Get-Process -Id $PID).Path
    # As a dotnet tool, PowerShell runs in dotnet.
    $pwsh = if ((Split-Path -LeafBase $program) -eq 'dotnet') { $program, 'exec', "$PSHOME/pwsh.dll" } else { , $program }
    $command = ($pwsh | ForEach-Object { """$_""" }) -join ' '
    "'{ ""Version"": 1, ""AccessKeyId"": ""$($sandbox.accessKey)"", ""SecretAccessKey"": ""$($sandbox.secretKey)"" }'" | Set-Content "$TestDrive/keys.ps1"
    "[Console]::Out.WriteLine('{ ""SecretAccessKey"": ""do-not-tell""'); [Console]::Error.WriteLine('the vault is locked'); exit 3" | Set-Content "$TestDrive/fails.ps1"
    $account = $sandbox.accountId
    @"
[profile role]
role_arn = arn:aws:iam::${account}:role/ops
source_profile = base
endpoint_url = $($sandbox.endpointUrl)
region = eu-west-3

[profile theirs]
role_arn = arn:aws:iam::999999999999:role/theirs
source_profile = base
endpoint_url = $($sandbox.endpointUrl)

[profile mfa]
role_arn = arn:aws:iam::${account}:role/ops
source_profile = base
mfa_serial = arn:aws:iam::${account}:mfa/jo
endpoint_url = $($sandbox.endpointUrl)

[profile process]
credential_process = $command -NoProfile -File "$TestDrive/keys.ps1"
services = local

[profile broken]
credential_process = $command -NoProfile -File "$TestDrive/fails.ps1"
endpoint_url = $($sandbox.endpointUrl)

[profile clear]
aws_access_key_id = AK
aws_secret_access_key = secret
endpoint_url = http://aws.example

[services local]
s3 =
  endpoint_url = $($sandbox.endpointUrl)
cloudfront =
  endpoint_url = $($sandbox.endpointUrl)
acm =
  endpoint_url = $($sandbox.endpointUrl)
route_53 =
  endpoint_url = $($sandbox.endpointUrl)
sts =
  endpoint_url = $($sandbox.endpointUrl)
"@ | Set-Content $env:AWS_CONFIG_FILE
    "[base]`naws_access_key_id = $($sandbox.accessKey)`naws_secret_access_key = $($sandbox.secretKey)" | Set-Content $env:AWS_SHARED_CREDENTIALS_FILE

    # What AWS.Tools puts into a session: its own types, of an assembly in a load context of its own. The keys are in an internal property.
    $source = @'
namespace Amazon.Runtime
{
    public sealed class ImmutableCredentials
    {
        public ImmutableCredentials(string a, string s) { AccessKey = a; SecretKey = s; Token = ""; }
        public string AccessKey { get; private set; }
        public string SecretKey { get; private set; }
        public string Token { get; private set; }
    }
    public abstract class AWSCredentials { public abstract ImmutableCredentials GetCredentials(); }
    public sealed class BasicAWSCredentials : AWSCredentials
    {
        private readonly ImmutableCredentials keys;
        public BasicAWSCredentials(string a, string s) { keys = new ImmutableCredentials(a, s); }
        public override ImmutableCredentials GetCredentials() { return keys; }
    }
}
namespace Amazon.PowerShell.Common
{
    public class AWSPSCredentials
    {
        internal Amazon.Runtime.AWSCredentials Credentials { get; private set; }
        internal string Name { get; private set; }
        public AWSPSCredentials(Amazon.Runtime.AWSCredentials credentials, string name) { Credentials = credentials; Name = name; }
    }
}
'@
    Add-Type -TypeDefinition $source -OutputAssembly "$TestDrive/StandIn.dll" -OutputType Library
    $context = [Runtime.Loader.AssemblyLoadContext]::new('AWS.Tools', $true)
    $tools = $context.LoadFromAssemblyPath("$TestDrive/StandIn.dll")
    function New-Stored($AccessKey, $SecretKey) {
        $keys = $tools.GetType('Amazon.Runtime.BasicAWSCredentials').GetConstructors()[0].Invoke(@($AccessKey, $SecretKey))
        $tools.GetType('Amazon.PowerShell.Common.AWSPSCredentials').GetConstructors()[0].Invoke(@($keys, 'stored'))
    }

    function Get-CalledService { (Invoke-TestAdmin $sandbox Get /calls) | Where-Object status -eq 200 | ForEach-Object service | Sort-Object -Unique }
}

AfterAll {
    $before.GetEnumerator() | ForEach-Object { [Environment]::SetEnvironmentVariable($_.Key, $_.Value) }
    Stop-TestSandbox $sandbox
}

Describe 'a session of AWS.Tools' {
    BeforeEach { $env:AWS_ENDPOINT_URL = $sandbox.endpointUrl; Clear-TestCall $sandbox }
    AfterEach { Remove-Item Env:AWS_ENDPOINT_URL -ErrorAction Ignore; Remove-Variable StoredAWS* -Scope Global -ErrorAction Ignore }

    It 'gives its credentials and region, although their types come from another load context' {
        $global:StoredAWSCredentials = New-Stored $sandbox.accessKey $sandbox.secretKey
        $global:StoredAWSRegion = 'ap-southeast-2'
        $stack = Publish-EmailSecurityStack example.com -WarningAction SilentlyContinue
        $stack.BucketRegion | Should -Be 'ap-southeast-2'
        $null = Remove-EmailSecurityStack example.com -Force -WarningAction SilentlyContinue
    }

    It 'gives way to -ProfileName' {
        $global:StoredAWSCredentials = New-Stored 'AKWRONG' 'wrong'
        $null = Get-EmailSecurityStack -ProfileName role
        Get-CalledService | Should -Contain 'cloudfront'
    }

    It 'is told by name where its keys are not good' {
        $global:StoredAWSCredentials = New-Stored 'AKWRONG' 'do-not-tell'
        { Get-EmailSecurityStack -ErrorAction Stop } | Should -Throw -ErrorId 'CredentialsInvalid,*' -ExpectedMessage '*$StoredAWSCredentials*'
        "$($Error[0])" | Should -Not -Match 'do-not-tell'
    }
}

Describe 'a profile' {
    BeforeEach { Clear-TestCall $sandbox }

    It 'with a role and an endpoint is used as every AWS tool uses it' {
        $told = Get-EmailSecurityStack -ProfileName role -Verbose 4>&1 | Where-Object { $_ -is [Management.Automation.VerboseRecord] }
        "$told" | Should -Match "AWS STS AssumeRole \(arn:aws:iam::$account`:role/ops\): HTTP 200, .*request ID"
        "$told" | Should -Not -Match ([regex]::Escape($sandbox.secretKey))
    }

    It 'with a role that may not be assumed is AccessDenied with the role' {
        { Get-EmailSecurityStack -ProfileName theirs -ErrorAction Stop } |
            Should -Throw -ErrorId 'AccessDenied,*' -ExpectedMessage '*arn:aws:iam::999999999999:role/theirs*Request ID*'
    }

    It 'with a credential process runs it, and finds each service where the services section says' {
        $null = Get-EmailSecurityStack -ProfileName process -ErrorAction Stop
        Get-CalledService | Should -Contain 'cloudfront'
    }

    It 'whose credential process fails tells why, and no secret' {
        { Get-EmailSecurityStack -ProfileName broken -ErrorAction Stop } | Should -Throw -ErrorId 'CredentialsInvalid,*' -ExpectedMessage '*the vault is locked*'
        "$($Error[0] | Format-List * -Force | Out-String)" | Should -Not -Match 'do-not-tell'
    }

    It 'that needs an MFA code says what to do where nobody can be asked' {
        $script = "Import-Module '$Root/EmailSecurity.psd1'; try { Get-EmailSecurityStack -ProfileName mfa -ErrorAction Stop } catch { `$_.FullyQualifiedErrorId; `$_.ErrorDetails.Message; `$_.ErrorDetails.RecommendedAction }"
        $told = & $pwsh[0] @($pwsh | Select-Object -Skip 1) -NoProfile -NonInteractive -Command $script
        $told[0] | Should -BeLike 'MfaRequired,*'
        $told[1] | Should -Match 'arn:aws:iam::\d+:mfa/jo, and this session cannot ask for it \(-NonInteractive\)'
        $told[2] | Should -Match 'aws configure export-credentials --profile mfa'
    }

    It 'whose endpoint would carry everything in clear text is refused' {
        { Get-EmailSecurityStack -ProfileName clear -ErrorAction Stop } | Should -Throw -ErrorId 'EndpointNotSecure,*' -ExpectedMessage "*endpoint_url of profile 'clear'*"
    }
}

Describe 'a variable' {
    BeforeEach { Clear-TestCall $sandbox }
    AfterEach { 'AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_S3', 'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS', 'AWS_PROFILE' | ForEach-Object { Remove-Item "Env:$_" -ErrorAction Ignore } }

    It 'names the profile and the endpoint' {
        $env:AWS_PROFILE = 'base'
        $env:AWS_ENDPOINT_URL = $sandbox.endpointUrl
        $null = Get-EmailSecurityStack -ErrorAction Stop
        Get-CalledService | Should -Contain 'cloudfront'
    }

    It 'names the endpoint of one service' {
        $env:AWS_PROFILE = 'role'
        $env:AWS_ENDPOINT_URL_S3 = 'http://127.0.0.1:9'
        { Get-EmailSecurityStack example.com -ErrorAction Stop } | Should -Throw -ErrorId 'AwsUnavailable,*' -ExpectedMessage '*S3 *'
    }

    It 'in clear text to another computer is refused by its name' {
        $env:AWS_ENDPOINT_URL = 'http://aws.example'
        { Get-EmailSecurityStack -ProfileName base -ErrorAction Stop } | Should -Throw -ErrorId 'EndpointNotSecure,*' -ExpectedMessage '*AWS_ENDPOINT_URL*'
    }
}
