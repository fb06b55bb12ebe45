using EmailSecurity.Tests.Contracts;
using EmailSecurity.Tests.EndToEnd;
using EmailSecurity.Tests.Engine;
using EmailSecurity.Tests.Mailboxes;
using EmailSecurity.Tests.Packaging;
using EmailSecurity.Tests.Pester;
using EmailSecurity.Tests.Plans;
using EmailSecurity.Tests.Reports;
using EmailSecurity.Tests.SmallScope;
using EmailSecurity.Tests.Support;
using EmailSecurity.Tests.Svg;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

// Many tests wait for something: others have the cores meanwhile.
[assembly: Parallelization(MaxThreads = 3)]

namespace EmailSecurity.Tests.Support;

/// <summary>Classes that take long come first, so that no core is idle at the end of a run.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly Type[] Long =
    [
        typeof(PesterTests), typeof(CrashTests), typeof(SmallScopeTests), typeof(PackageCollection), typeof(ManyDomainsPipelineTests), typeof(SandboxVariableTests),
        typeof(LostEvidenceProperties), typeof(FaultTests), typeof(ReportPageTests), typeof(FaultsTests), typeof(VerificationTests), typeof(ElsewhereTests),
        typeof(LostEvidenceTests), typeof(LogoRenderingTests), typeof(MailboxTests), typeof(RehearsalTests), typeof(EmptyPropertyTests),
        typeof(BucketSuffixTests), typeof(ModuleImportTests), typeof(AnswerGuardTests),
    ];

    private static readonly Dictionary<string, int> Places = Long.Select((t, i) => (t.FullName!, i)).ToDictionary(p => p.Item1, p => p.i, StringComparer.Ordinal);

    /// <inheritdoc/>
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection => [.. testCollections.OrderBy(c => Place(c))];

    // A class without a collection of its choice has one that is named after it: "Test collection for <class> (id: ...)".
    private static int Place(ITestCollection collection) =>
        collection.TestCollectionDisplayName.Split(' ').Select(w => Places.TryGetValue(w, out var place) ? place : int.MaxValue).Min();
}
