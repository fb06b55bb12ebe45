using EmailSecurity.Sandbox.Hosting;
using EmailSecurity.Sandbox.Running;

return args switch
{
    ["serve", .. var rest] => await ServeVerb.RunAsync(rest),
    ["rehearse", .. var rest] => await RehearseVerb.RunAsync(rest),
    ["run", .. var rest] => await RunVerb.RunAsync(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: EmailSecurity.Sandbox serve [--port N] [--output FILE] | rehearse [--pace quick|real] | run FILE.ps1 [args]");
    return 2;
}
