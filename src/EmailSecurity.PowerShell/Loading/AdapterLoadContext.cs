using System.Reflection;
using System.Runtime.Loader;
using EmailSecurity.Ports;

namespace EmailSecurity.PowerShell.Loading;

/// <summary>
/// The private load context of everything in <c>deps/</c>. AWSSDK.Core of every 4.x has assembly version 4.0.0.0, so in the default
/// context the module would run on whichever build another module (AWS.Tools) had loaded first.
/// </summary>
internal sealed class AdapterLoadContext() : AssemblyLoadContext("EmailSecurity")
{
    /// <summary>The folder it loads from.</summary>
    public string Directory { get; } = Path.Combine(Path.GetDirectoryName(typeof(AdapterLoadContext).Assembly.Location) ?? "", "deps");

    /// <summary>Loads an assembly of adapters into this context.</summary>
    /// <param name="name">Its name.</param>
    public Assembly LoadAdapters(string name) => LoadFromAssemblyPath(Path.Combine(Directory, name + ".dll"));

    // The core is shared with the cmdlets: its types are the border. All else comes from deps/ or, where it is not there, from the runtime.
    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        var core = typeof(IOutsideFactory).Assembly;
        if (assemblyName.Name == core.GetName().Name)
        {
            return core;
        }

        var path = Path.Combine(Directory, assemblyName.Name + ".dll");
        return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
    }
}
