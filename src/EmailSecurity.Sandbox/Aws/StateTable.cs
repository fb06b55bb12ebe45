namespace EmailSecurity.Sandbox.Aws;

/// <summary>A table of the page that shows the sandbox's state.</summary>
public sealed record StateTable(string Title, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows);

/// <summary>What has state to show on that page: a world may implement it.</summary>
public interface IShowsState
{
    /// <summary>Its state now.</summary>
    IReadOnlyList<StateTable> Describe();
}
