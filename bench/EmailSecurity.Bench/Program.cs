switch (args)
{
    case ["svg", ..]:
        return SvgBench.Run(args[1..]);
    default:
        Console.Error.WriteLine("usage: EmailSecurity.Bench svg [SCHEMA.rng]");
        return 2;
}
