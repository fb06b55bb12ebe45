using System.Runtime.CompilerServices;
using Amazon;

namespace EmailSecurity.Tests.Support;

/// <summary>
/// The SDK remembers for each endpoint how far its clock is off, and corrects signatures by it. Sandboxes of a virtual time and of real time take turns
/// at the same ports here, so it must not, but for the tests of just that, which run alone.
/// </summary>
internal static class SdkClock
{
    [ModuleInitializer]
    internal static void Init() => AWSConfigs.CorrectForClockSkew = false;
}

/// <summary>Tests in which the SDK corrects its clock.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class CorrectedClock : IDisposable, ICollectionFixture<CorrectedClock>
{
    public const string Name = "The SDK corrects its clock";

    public CorrectedClock() => AWSConfigs.CorrectForClockSkew = true;

    public void Dispose() => AWSConfigs.CorrectForClockSkew = false;
}
