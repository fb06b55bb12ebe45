namespace EmailSecurity.Tests.Standards;

internal static class Table
{
    /// <summary>The verdict, and the codes of all findings in any order.</summary>
    public static void Holds(Findings.TestResult result, bool valid, string codes)
    {
        var found = string.Join(",", result.Findings.Select(f => f.Code).Order(StringComparer.Ordinal));
        var expected = string.Join(",", codes.Split(',', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
        Assert.Equal(expected, found);
        Assert.Equal(valid, result.IsValid);
        if (valid)
        {
            Assert.NotNull(result.Value);
        }

        Assert.All(result.Findings, f =>
        {
            Assert.NotEmpty(f.Message);
            Assert.NotEmpty(f.Standard);
            Assert.True(f.Severity == Findings.FindingSeverity.Information || f.Fix.Length > 0, f.Code + " has no fix");
        });
    }
}
