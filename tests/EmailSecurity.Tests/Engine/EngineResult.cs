using System.Management.Automation;

namespace EmailSecurity.Tests.Engine;

/// <summary>Everything one script had to say.</summary>
public sealed class EngineResult
{
    /// <summary>What the pipeline emitted.</summary>
    public required IReadOnlyList<PSObject> Objects { get; init; }

    /// <summary>Non-terminating errors, and the terminating one last.</summary>
    public required IReadOnlyList<ErrorRecord> Errors { get; init; }

    /// <summary>True where the script ended by an uncaught error.</summary>
    public required bool Terminated { get; init; }

    /// <summary>True where the pipeline was stopped (Ctrl+C).</summary>
    public bool Stopped { get; init; }

    /// <summary>Warnings.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>Verbose messages (with -Verbose).</summary>
    public required IReadOnlyList<string> Verbose { get; init; }

    /// <summary>Progress records, in order.</summary>
    public required IReadOnlyList<ProgressRecord> Progress { get; init; }

    /// <summary>Prompts shown: <c>caption|message</c>.</summary>
    public required IReadOnlyList<string> Prompts { get; init; }

    /// <summary>What the engine itself said through the host, without the rendered objects: <c>What if: ...</c> lines among them.</summary>
    public required IReadOnlyList<string> HostLines { get; init; }

    /// <summary>The -WhatIf lines.</summary>
    public IReadOnlyList<string> WhatIf => [.. HostLines.Where(l => l.StartsWith("What if: ", StringComparison.Ordinal))];

    /// <summary>The emitted objects as .NET objects of one type.</summary>
    public IReadOnlyList<T> Of<T>() => [.. Objects.Select(o => o.BaseObject).OfType<T>()];

    /// <summary>The only object, as a type.</summary>
    public T Single<T>() => Assert.IsType<T>(Assert.Single(ShouldSucceed().Objects).BaseObject, exactMatch: false);

    /// <summary>Fails with the errors in the message where there were any.</summary>
    public EngineResult ShouldSucceed()
    {
        if (Errors.Count > 0)
        {
            Assert.Fail(string.Join(Environment.NewLine, Errors.Select(Describe)));
        }

        return this;
    }

    /// <summary>The only error, by its id (the part before the comma of FullyQualifiedErrorId).</summary>
    public ErrorRecord ShouldFail(string errorId)
    {
        var error = Errors.Count == 1 ? Errors[0] : null;
        Assert.True(error is not null, $"Expected one error {errorId}, got {Errors.Count}: {string.Join(Environment.NewLine, Errors.Select(Describe))}");
        Assert.Equal(errorId, error.FullyQualifiedErrorId.Split(',')[0]);
        return error;
    }

    private static string Describe(ErrorRecord record) =>
        $"{record.Exception.Message} [{record.FullyQualifiedErrorId}]\n{record.InvocationInfo?.PositionMessage}";
}
