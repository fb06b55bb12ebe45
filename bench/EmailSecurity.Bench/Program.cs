switch (args)
{
    case ["marks", ..]:
        return MarkBench.Run();
    case ["svg", ..]:
        return SvgBench.Run(args[1..]);
    default:
        Console.Error.WriteLine("usage: EmailSecurity.Bench marks | svg [SCHEMA.rng]");
        return 2;
}
