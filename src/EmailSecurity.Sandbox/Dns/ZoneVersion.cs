namespace EmailSecurity.Sandbox.Dns;

/// <summary>A state of a zone and from when DNS serves it; a null view: the zone is gone.</summary>
public sealed record ZoneVersion(DateTimeOffset VisibleAt, ZoneView? View);
