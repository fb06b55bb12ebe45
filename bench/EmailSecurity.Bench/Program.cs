switch (args)
{
    case ["fuzz", ..]:
        return Fuzz.Run(args[1..]);
    case ["marks", ..]:
        return MarkBench.Run();
    case ["parsers", ..]:
        return ParserBench.Run(args[1..]);
    case ["svg", ..]:
        return SvgBench.Run(args[1..]);
    default:
        Console.Error.WriteLine("usage: EmailSecurity.Bench fuzz [--seconds N] [--inputs N] [--seed N] [--workers N] [--target NAME] [--slow MICROSECONDS] | marks | parsers | svg [SCHEMA.rng]");
        return 2;
}
