Console.Error.WriteLine("usage: EmailSecurity.Bench NAME");
return 2;
