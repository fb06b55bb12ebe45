using EmailSecurity.Aws.Session;

namespace EmailSecurity.Aws.Credentials;

/// <summary>What credentials need of their session.</summary>
/// <param name="Endpoints">Where services are called.</param>
/// <param name="Environment">Reads an environment variable; null where it is not set.</param>
/// <param name="Watch">Who watches calls, and answers for the user.</param>
/// <param name="Config">What profiles say besides credentials.</param>
internal sealed record CredentialContext(ServiceEndpoints Endpoints, Func<string, string?> Environment, CallWatch Watch, SharedConfig Config);
