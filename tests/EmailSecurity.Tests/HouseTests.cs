namespace EmailSecurity.Tests;

public class HouseTests
{
    [Fact]
    public void Core_has_no_package_references() =>
        Assert.DoesNotContain(typeof(Findings.Finding).Assembly.GetReferencedAssemblies(), a => !a.Name!.StartsWith("System", StringComparison.Ordinal) && a.Name != "netstandard");
}
