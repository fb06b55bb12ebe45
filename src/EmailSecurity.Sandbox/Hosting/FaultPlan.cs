using System.Text.Json;

namespace EmailSecurity.Sandbox.Hosting;

/// <summary>What goes wrong with a call.</summary>
internal enum FaultKind
{
    /// <summary>Refused for the rate of calls; nothing changed.</summary>
    Throttle,
    /// <summary>Status 500; nothing changed.</summary>
    Error500,
    /// <summary>No answer while the client waits; nothing changed.</summary>
    Timeout,
    /// <summary>The change is made, the answer is lost.</summary>
    LostResponse,
    /// <summary>The connection breaks; nothing changed.</summary>
    Reset,
    /// <summary>Nothing goes wrong; but where the call is refused, the refusal has its older form (Route 53's bare InvalidChangeBatch).</summary>
    BareError,
}

/// <summary>Faults on demand: the nth call of an operation, or a share of all calls, the same ones for the same seed.</summary>
internal sealed class FaultPlan
{
    private const int MostEntries = 10_000;
    private readonly Lock gate = new();
    private List<Entry> entries = [];
    private string text = "[]";

    /// <summary>The plan as it was put.</summary>
    public string Text { get { lock (gate) { return text; } } }

    /// <summary>Told of each call as it arrives, before anything is done about it; for tests that stop a run at a certain call.</summary>
    public Action<string, string>? Arrived { get; set; }

    /// <summary>Counts a call and tells what is to go wrong with it; null for nothing.</summary>
    public FaultKind? Next(string service, string operation)
    {
        Arrived?.Invoke(service, operation);
        lock (gate)
        {
            FaultKind? result = null;
            foreach (var entry in entries)
            {
                if (entry.Matches(service, operation) && entry.Count() is { } kind)
                {
                    result ??= kind;
                }
            }
            return result;
        }
    }

    /// <summary>Replaces the plan; counting starts anew.</summary>
    /// <exception cref="FormatException">The plan breaks its form; the message says how.</exception>
    public void Put(JsonElement plan)
    {
        JsonElement[] items = plan.ValueKind switch
        {
            JsonValueKind.Array => [.. plan.EnumerateArray()],
            JsonValueKind.Object => [plan],
            _ => throw new FormatException("faults: an array of faults, or one object with a rate."),
        };
        if (items.Length > MostEntries)
        {
            throw new FormatException($"faults: at most {MostEntries} entries.");
        }
        List<Entry> parsed = [.. items.Select(Entry.Parse)];
        lock (gate)
        {
            entries = parsed;
            text = plan.GetRawText();
        }
    }

    /// <summary>No faults.</summary>
    public void Clear()
    {
        lock (gate)
        {
            entries = [];
            text = "[]";
        }
    }

    private sealed class Entry
    {
        private string? service;
        private string? operation;
        private int nth;
        private int times = 1;
        private FaultKind[] kinds = [];
        private double rate;
        private ulong seed;
        private long seen;

        public bool Matches(string calledService, string calledOperation) =>
            (service is null || service.Equals(calledService, StringComparison.OrdinalIgnoreCase))
                && (operation is null || operation.Equals(calledOperation, StringComparison.OrdinalIgnoreCase));

        /// <summary>Counts a matching call; its fault, if it has one.</summary>
        public FaultKind? Count()
        {
            seen++;
            if (nth > 0)
            {
                return seen >= nth && seen < (long)nth + times ? kinds[0] : null;
            }
            var random = Mix(seed + Mix((ulong)seen));
            return (random >> 11) * (1.0 / (1UL << 53)) < rate ? kinds[(int)(Mix(random) % (ulong)kinds.Length)] : null;
        }

        public static Entry Parse(JsonElement item)
        {
            if (item.ValueKind != JsonValueKind.Object)
            {
                throw new FormatException("faults: every entry is an object.");
            }
            var entry = new Entry();
            var hasRate = false;
            foreach (var property in item.EnumerateObject())
            {
                switch (property.Name)
                {
                    case "service": entry.service = Text(property); break;
                    case "operation": entry.operation = Text(property); break;
                    case "nth": entry.nth = Positive(property); break;
                    case "times": entry.times = Positive(property); break;
                    case "kind": entry.kinds = [Kind(property.Value)]; break;
                    case "kinds" when property.Value.ValueKind == JsonValueKind.Array: entry.kinds = [.. property.Value.EnumerateArray().Select(Kind)]; break;
                    case "rate" when property.Value.ValueKind == JsonValueKind.Number && property.Value.GetDouble() is >= 0 and <= 1:
                        entry.rate = property.Value.GetDouble();
                        hasRate = true;
                        break;
                    case "seed" when property.Value.ValueKind == JsonValueKind.Number && property.Value.TryGetInt64(out var number):
                        entry.seed = (ulong)number;
                        break;
                    default:
                        throw new FormatException(
                            $"faults: '{property.Name}' is not a property of a fault, or its value is not one. "
                            + "Known: service, operation, nth (from 1), times, kind; rate (0 to 1), seed, kinds.");
                }
            }
            if (hasRate == entry.nth > 0 || entry.kinds.Length == 0)
            {
                throw new FormatException("faults: an entry has either nth and kind, or rate and kinds.");
            }
            return entry;
        }

        private static string Text(JsonProperty property) =>
            property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString()! : throw new FormatException($"faults: {property.Name} is a string.");

        private static int Positive(JsonProperty property) =>
            property.Value.ValueKind == JsonValueKind.Number && property.Value.TryGetInt32(out var number) && number > 0
                ? number
                : throw new FormatException($"faults: {property.Name} is a whole number from 1.");

        private static FaultKind Kind(JsonElement value) => (value.ValueKind == JsonValueKind.String ? value.GetString() : null) switch
        {
            "throttle" => FaultKind.Throttle,
            "error500" => FaultKind.Error500,
            "timeout" => FaultKind.Timeout,
            "lostResponse" => FaultKind.LostResponse,
            "reset" => FaultKind.Reset,
            "bareError" => FaultKind.BareError,
            _ => throw new FormatException(
                $"faults: {value.GetRawText()} is not a kind of fault; one of throttle, error500, timeout, lostResponse, reset, bareError."),
        };

        /// <summary>SplitMix64: the same numbers on every machine, unlike System.Random.</summary>
        private static ulong Mix(ulong z)
        {
            z += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}
