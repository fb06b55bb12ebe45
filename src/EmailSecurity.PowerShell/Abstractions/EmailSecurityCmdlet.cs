using System.Management.Automation;
using EmailSecurity.Ports;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>What every cmdlet of the module shares: errors, files, progress.</summary>
public abstract class EmailSecurityCmdlet : AsyncPSCmdlet
{
    private CmdletSessionHost? sessionHost;

    /// <summary>
    /// The clock: the machine's, or that of a rehearsal, which puts a <see cref="TimeProvider"/> into the session's variable <c>EmailSecurityClock</c>.
    /// </summary>
    private protected TimeProvider Clock => GetSessionVariable("EmailSecurityClock") as TimeProvider ?? TimeProvider.System;

    /// <summary>The user, as the adapters see one. Pipeline thread only.</summary>
    private protected ISessionHost SessionHost => sessionHost ??= new CmdletSessionHost(this);

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

    /// <summary>The session's variable, unwrapped; null where it is not set.</summary>
    internal object? GetSessionVariable(string name) => GetVariableValue(name) switch
    {
        PSObject wrapped => wrapped.BaseObject,
        var value => value,
    };

    /// <inheritdoc/>
    protected override Task BeginProcessingAsync(CancellationToken cancellationToken)
    {
        NotGivenIfEmptyAttribute.RefuseEmptyArguments(this);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override ErrorRecord? ToTerminatingError(Exception exception) => Errors.From(exception, null);

    /// <summary>
    /// The file-system path of a path as typed: relative to the session's location (not the process's), drives resolved. Wildcards must match one file or
    /// folder, unless one has the very name (<c>logo[1].svg</c>). Pipeline thread only.
    /// </summary>
    /// <exception cref="EmailSecurityException">PathNotFileSystem, PathNotFound, PathAmbiguous.</exception>
    /// <param name="path">The path.</param>
    /// <param name="isLiteral">True where wildcards in it are part of the name.</param>
    protected internal string ResolveFile(string path, bool isLiteral = false)
    {
        try
        {
            var literal = SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out var provider, out _);
            if (provider.Name != "FileSystem")
            {
                throw new EmailSecurityException("PathNotFileSystem", ErrorKind.InvalidArgument,
                    $"'{path}' is a path of the {provider.Name} provider.", "Use the path of a file or folder.")
                { Target = path };
            }

            return !isLiteral && WildcardPattern.ContainsWildcardCharacters(path) && !Path.Exists(literal) ? OnlyMatch(path) : literal;
        }
        catch (Exception e) when (e is ItemNotFoundException or System.Management.Automation.DriveNotFoundException or ProviderNotFoundException
            or WildcardPatternException)
        {
            throw new EmailSecurityException("PathNotFound", ErrorKind.NotFound, $"The path '{path}' does not exist.", "Check the path.", e) { Target = path };
        }
    }

    private protected string ResolveExistingFile(string path, string errorId)
    {
        var resolved = ResolveFile(path);
        return File.Exists(resolved)
            ? resolved
            : throw new EmailSecurityException(errorId, ErrorKind.NotFound, $"There is no file {resolved}.", "Check the path.") { Target = resolved };
    }

    private string OnlyMatch(string path)
    {
        var found = SessionState.Path.GetResolvedProviderPathFromPSPath(path, out _);
        var names = string.Join(", ", found.Take(3).Select(Path.GetFileName)) + (found.Count > 3 ? " ..." : "");
        return found.Count == 1 ? found[0]
            : found.Count == 0
                ? throw new EmailSecurityException("PathNotFound", ErrorKind.NotFound,
                    $"No file or folder matches '{path}'.", "Use the name of a file or folder, without the wildcards * ? and [ ].")
                { Target = path }
                : throw new EmailSecurityException("PathAmbiguous", ErrorKind.InvalidArgument,
                    $"'{path}' matches {found.Count} files or folders: {names}.", "Name one of them.")
                { Target = path };
    }
}
