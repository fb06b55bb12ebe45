using EmailSecurity.Findings;
using EmailSecurity.Stacks;

namespace EmailSecurity.Planning;

/// <summary>What a change does.</summary>
public enum ChangeAction : long
{
    /// <summary>Makes something that is not there.</summary>
    Create,
    /// <summary>Changes something that is there.</summary>
    Update,
    /// <summary>Deletes something of ours.</summary>
    Delete,
    /// <summary>Waits for AWS, for DNS or for time to pass; changes nothing.</summary>
    Wait,
}

/// <summary>One step of a plan.</summary>
public sealed record Change
{
    /// <summary>The stack's domain.</summary>
    public required string Domain { get; init; }

    /// <summary>Name of the step within its plan, for <see cref="DependsOn"/>.</summary>
    public required string Id { get; init; }

    /// <summary>What it does.</summary>
    public required ChangeAction Action { get; init; }

    /// <summary>Kind of thing, in AWS's words: <c>S3 bucket</c>, <c>CloudFront distribution</c>, <c>TXT record</c>.</summary>
    public required string Resource { get; init => field = VisibleText.Of(value); }

    /// <summary>Its name.</summary>
    public required string Target { get; init => field = VisibleText.Of(value); }

    /// <summary>The current value; empty for nothing.</summary>
    public string Before { get; init => field = VisibleText.Of(value); } = "";

    /// <summary>What will be there; empty for nothing.</summary>
    public string After { get; init => field = VisibleText.Of(value); } = "";

    /// <summary>Why.</summary>
    public required string Reason { get; init => field = VisibleText.Of(value); }

    /// <summary>
    /// What senders, mailbox providers or the stack's owner experience while this is not done, and how long it still works; empty for waits, for removals and
    /// for a stack of which nothing exists.
    /// </summary>
    public string Consequence { get; init => field = VisibleText.Of(value); } = "";

    /// <summary>Ids of the steps that must be done first.</summary>
    public IReadOnlyList<string> DependsOn { get; init => field = Joined.List(value); } = Joined.List<string>([]);

    /// <summary>True where it moves a domain to an enforce policy: mail can be refused from then on.</summary>
    public bool MovesToEnforce { get; init; }

    /// <summary>
    /// Steps of one group stand or fall with one another: where one of them is declined, or cannot be carried out because another is, none is carried out.
    /// Empty for none.
    /// </summary>
    internal string Group { get; init; } = "";

    /// <summary>The part whose record this step publishes; none for most steps.</summary>
    internal StackParts Announces { get; init; }

    /// <summary>The call or wait behind it.</summary>
    internal Operation Operation { get; init; } = Operation.Nothing.Instance;

    /// <summary>True where it calls a write operation.</summary>
    public bool IsWrite => Action != ChangeAction.Wait;

    /// <summary>The step in words, for -WhatIf, -Confirm and -Verbose: <c>Create TXT record "v=STSv1; id=…": senders …</c>.</summary>
    public string Description
    {
        get
        {
            var what = Action == ChangeAction.Wait ? $"Wait for {Resource}" : $"{Action} {Resource}";
            var values = (Before.Length, After.Length) switch
            {
                (0, 0) => "",
                (0, _) => $" {After}",
                (_, 0) => $" {Before}",
                _ => $" {Before} -> {After}",
            };
            return $"{what}{values}: {Reason}";
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Target}: {Description}";
}
