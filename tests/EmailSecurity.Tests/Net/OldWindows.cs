using System.Collections.Concurrent;
using System.Net.Security;
using EmailSecurity.Net;

namespace EmailSecurity.Tests.Net;

/// <summary>A system that notes whether resumption is asked for.</summary>
internal record RecordingPlatform(bool HasTls13, bool CanDisableResumption) : TlsPlatform(HasTls13, CanDisableResumption)
{
    public ConcurrentQueue<bool> Asked { get; } = [];

    public override Task AuthenticateAsync(SslStream ssl, SslClientAuthenticationOptions options, CancellationToken cancellationToken)
    {
        Asked.Enqueue(options.AllowTlsResume);
        return base.AuthenticateAsync(ssl, options, cancellationToken);
    }
}

/// <summary>Finds a session in its cache before it is told not to use one: the first so many times.</summary>
internal sealed record OldWindows(int Resumed) : RecordingPlatform(false, false)
{
    public override Task AuthenticateAsync(SslStream ssl, SslClientAuthenticationOptions options, CancellationToken cancellationToken)
    {
        Asked.Enqueue(options.AllowTlsResume);
        options.AllowTlsResume = Asked.Count <= Resumed;
        return ssl.AuthenticateAsClientAsync(options, cancellationToken);
    }
}
