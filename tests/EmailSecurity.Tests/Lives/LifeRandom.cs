namespace EmailSecurity.Tests.Lives;

/// <summary>SplitMix64: for a seed the same numbers on every machine and in every version of .NET.</summary>
internal sealed class LifeRandom(ulong seed)
{
    private ulong state = seed;

    public ulong Next()
    {
        state += 0x9E3779B97F4A7C15;
        var z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>From 0 to below this.</summary>
    public int Below(int end) => (int)(Next() % (ulong)end);

    /// <summary>From 1 to this.</summary>
    public int UpTo(int most) => Below(most) + 1;

    public bool Chance(double probability) => (Next() >> 11) * (1.0 / (1UL << 53)) < probability;

    public T Pick<T>(IReadOnlyList<T> of) => of[Below(of.Count)];

    public TimeSpan Between(TimeSpan least, TimeSpan most) => least + TimeSpan.FromSeconds(Math.Floor((most - least).TotalSeconds * Below(10_000) / 10_000));

    /// <summary>One of these by weight.</summary>
    public T Weigh<T>(IReadOnlyList<(T Value, int Weight)> of)
    {
        var at = Below(of.Sum(o => o.Weight));
        foreach (var (value, weight) in of)
        {
            if ((at -= weight) < 0)
            {
                return value;
            }
        }

        throw new ArgumentException("Nothing to choose from.", nameof(of));
    }
}
