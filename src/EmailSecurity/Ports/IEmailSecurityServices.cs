namespace EmailSecurity.Ports;

/// <summary>All that a deployment needs: the Internet and the account at AWS.</summary>
public interface IEmailSecurityServices : IOutside, ICloud;
