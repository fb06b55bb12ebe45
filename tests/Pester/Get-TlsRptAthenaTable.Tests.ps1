BeforeAll { . "$PSScriptRoot/Sandbox.ps1" }

Describe 'Get-TlsRptAthenaTable' {
    It 'gives the statement first, and then queries' {
        $statements = Get-TlsRptAthenaTable bucket-1 /tls/
        $statements[0] | Should -Match '^CREATE EXTERNAL TABLE IF NOT EXISTS `default`\.`tls_reports`'
        $statements[0] | Should -BeLike "*LOCATION 's3://bucket-1/tls/'*"
        $statements | Select-Object -Skip 1 | Should -BeLike '-- *SELECT *FROM "default"."tls_reports"*'
        @($statements).Count | Should -BeGreaterThan 3
    }

    It 'lists domains as folders have them' {
        (Get-TlsRptAthenaTable bucket-1 -Domain Example.COM, "b$([char]0xFC)cher.example")[0] | Should -BeLike "*'projection.domain.values' = 'example.com,xn--bcher-kva.example,*"
        (Get-TlsRptAthenaTable bucket-1)[0] | Should -BeLike "*LOCATION 's3://bucket-1/'*"
    }

    It 'refuses what would end a text of SQL: <Name>' -ForEach @(
        @{ Name = 'a quote in a prefix'; With = @{ BucketName = 'bucket-1'; Prefix = "a'b" } }
        @{ Name = 'a table in quotes'; With = @{ BucketName = 'bucket-1'; Table = 'a`b' } }
        @{ Name = 'a database in quotes'; With = @{ BucketName = 'bucket-1'; Database = 'a"b' } }
        @{ Name = 'a URL as bucket'; With = @{ BucketName = 's3://bucket-1' } }
    ) {
        { Get-TlsRptAthenaTable @With } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*'
    }
}
