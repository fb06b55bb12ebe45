BeforeAll { . "$PSScriptRoot/Sandbox.ps1" }

Describe 'Get-EmailSecurityVerification' {
    It 'gives the file of the module that is imported, as a path for New-PesterContainer' {
        $file = Get-EmailSecurityVerification
        $file | Should -BeOfType System.IO.FileInfo
        "$file" | Should -Be (Join-Path $Root verification EmailSecurity.Tests.ps1)
        (Get-Command $file).Parameters.Keys | Should -Contain Expect
        { New-PesterContainer -Path $file -Data @{ Domain = 'example.com' } } | Should -Not -Throw
    }
}
