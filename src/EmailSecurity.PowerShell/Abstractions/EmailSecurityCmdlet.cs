using System.Management.Automation;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>What every cmdlet of the module shares: errors, files, progress.</summary>
public abstract class EmailSecurityCmdlet : AsyncPSCmdlet
{
    /// <summary>Reports that one item of the input failed; the others continue.</summary>
    /// <param name="exception">What happened.</param>
    /// <param name="target">The domain (or file) that it happened to.</param>
    protected void WriteFailure(Exception exception, object? target) => WriteError(Errors.From(exception, target));

    /// <summary>Does the work for one item of the input: what goes wrong becomes one non-terminating error about it.</summary>
    /// <param name="target">The domain (or file).</param>
    /// <param name="work">The work; its part before the first await runs on the caller's thread.</param>
    /// <param name="cancellationToken">The cmdlet's token.</param>
    /// <returns>True where it went through.</returns>
    protected async Task<bool> ForEachItemAsync(object? target, Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(work);
        try
        {
            await work(cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (!EndsPipeline(exception) && !(exception is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            WriteFailure(exception, target);
            return false;
        }
    }

    /// <inheritdoc/>
    protected override Task BeginProcessingAsync(CancellationToken cancellationToken)
    {
        NotGivenIfEmptyAttribute.RefuseEmptyArguments(this);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override ErrorRecord? ToTerminatingError(Exception exception) => Errors.From(exception, null);

    /// <summary>
    /// The file-system path of a path as typed: relative to the session's location (not the process's), drives resolved, no wildcards. Pipeline thread
    /// only.
    /// </summary>
    /// <exception cref="EmailSecurityException">PathNotFileSystem.</exception>
    protected string ResolveFile(string path)
    {
        var resolved = SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out var provider, out _);
        return provider.Name == "FileSystem"
            ? resolved
            : throw new EmailSecurityException("PathNotFileSystem", ErrorKind.InvalidArgument,
                $"'{path}' is a path of the {provider.Name} provider.", "Use the path of a file or folder.")
            { Target = path };
    }
}
