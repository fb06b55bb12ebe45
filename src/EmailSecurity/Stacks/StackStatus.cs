namespace EmailSecurity.Stacks;

/// <summary>Where a stack stands.</summary>
public enum StackStatus : long
{
    /// <summary>Described only; AWS was not asked.</summary>
    Described,

    /// <summary>Nothing of it is deployed.</summary>
    Absent,

    /// <summary>Partly there: an interrupted or refused run; publish again to finish.</summary>
    Incomplete,

    /// <summary>Waiting for AWS: certificate or distribution.</summary>
    InProgress,

    /// <summary>Waiting for records that somebody must publish at the external DNS host.</summary>
    WaitingForDns,

    /// <summary>Everything asked for is deployed and published.</summary>
    Deployed,

    /// <summary>Being removed: <see cref="EmailSecurityStack.Removal"/> says how far that is, and when it is due.</summary>
    Removing,
}
