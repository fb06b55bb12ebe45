Console.Error.WriteLine("usage: EmailSecurity.Sandbox serve [--port N] | rehearse | run FILE.ps1 [args]");
return 2;
