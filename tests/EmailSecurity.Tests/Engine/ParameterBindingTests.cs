namespace EmailSecurity.Tests.Engine;

public class ParameterBindingTests
{
    [Theory]
    [InlineData("-NameServer 127.0.0.1", true)]
    [InlineData("-NameServer [::1]:5353", true)]
    [InlineData("-NameServer ::1", true)]
    [InlineData("-NameServer dns.example:53", true)]
    [InlineData("-NameServer 127.0.0.1:0", false)]
    [InlineData("-NameServer 127.0.0.1:65536", false)]
    [InlineData("-NameServer 'a b'", false)]
    [InlineData("-NameServer ''", false)]
    [InlineData("-ConnectTo 127.0.0.1:443", true)]
    [InlineData("-ConnectTo 127.0.0.1", false)]
    [InlineData("-ConnectTo [::1]:443", true)]
    [InlineData("-ConnectTo :443", false)]
    [InlineData("-EndpointUrl http://127.0.0.1:5000", true)]
    [InlineData("-EndpointUrl https://aws.example/", true)]
    [InlineData("-EndpointUrl 127.0.0.1:5000", false)]
    [InlineData("-EndpointUrl file:///etc/hosts", false)]
    public async Task Addresses_are_refused_at_binding_with_the_rule(string parameter, bool good)
    {
        await using var session = EngineSession.Open();

        // A folder that is not there ends the command before it looks anywhere.
        var result = session.Invoke($"Get-EmailSecurityStack 'not..a..domain' -AccessKey a -SecretKey b -Region us-east-1 {parameter}");

        result.ShouldFail(good ? "InvalidDomainName" : "ParameterArgumentValidationError");
    }
}
