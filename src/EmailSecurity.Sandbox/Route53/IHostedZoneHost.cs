using EmailSecurity.Sandbox.Aws;

namespace EmailSecurity.Sandbox.Route53;

/// <summary>A world whose main account's hosted zones can be set up without calls.</summary>
public interface IHostedZoneHost
{
    /// <summary>Makes a hosted zone with these records, or gives the one there these instead of its own.</summary>
    /// <exception cref="FormatException">A record breaks a rule; the message names it.</exception>
    void PutHostedZone(string zone, IReadOnlyList<ZoneRecord> records);

    /// <summary>The records of a hosted zone; null where there is none.</summary>
    IReadOnlyList<ZoneRecord>? GetHostedZone(string zone);

    /// <summary>Drops a hosted zone with its records; false where there is none.</summary>
    bool DeleteHostedZone(string zone);
}
