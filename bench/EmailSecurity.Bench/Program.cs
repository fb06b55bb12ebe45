switch (args)
{
    case ["fuzz", ..]:
        return Fuzz.Run(args[1..]);
    case ["hostile", ..]:
        return HostileBench.Run(args[1..]);
    case ["kill", ..]:
        return await KillBench.RunAsync(args[1..]);
    case ["live", ..]:
        return await LiveBench.RunAsync(args[1..]);
    case ["live-world", ..]:
        return await LiveWorld.RunAsync(args[1..]);
    case ["lives", ..]:
        return await LivesBench.RunAsync(args[1..]);
    case ["marks", ..]:
        return MarkBench.Run();
    case ["parquet", ..]:
        return await ParquetBench.RunAsync(args[1..]);
    case ["parsers", ..]:
        return ParserBench.Run(args[1..]);
    case ["publish", ..]:
        return await PublishBench.RunAsync(args[1..]);
    case ["reports", "--cmdlet", ..]:
        return ReportsCmdletBench.Run(args[1..]);
    case ["reports", ..]:
        return ReportsBench.Run(args[1..]);
    case ["small", ..]:
        return SmallScopeBench.Run(args[1..]);
    case ["svg", ..]:
        return SvgBench.Run(args[1..]);
    default:
        Console.Error.WriteLine("usage: EmailSecurity.Bench fuzz [--seconds N] [--inputs N] [--seed N] [--workers N] [--target NAME] [--slow MICROSECONDS] | hostile [--servers N] [--from N] [--seed N] [--pace N] | kill [--kills N] [--seed N] [--scale N] [--case N] | live [--domains N] [--throttle N,N] [--rounds N] [--memory N,N] | lives [--years N] [--seed N] [--hands] [--workers N] [--story] | marks | parquet [--rows N] [--domains N] | parsers | publish [SCALE] [--calls] | reports [--count N] [--cmdlet [--counts N,N]] | small [--depth N] [--hands N] [--stops N] [--workers N] [--states N] [--recover ONE_IN] | svg [SCHEMA.rng]");
        return 2;
}
