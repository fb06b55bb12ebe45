namespace EmailSecurity.Svg;

/// <summary>Ids and what refers to them: resolved once the whole document is read.</summary>
internal sealed class SvgReferences
{
    /// <summary>A logo that draws more elements than this through <c>use</c> is a bomb.</summary>
    private const int MaximumDrawn = 100_000;

    /// <summary>Deeper chains of <c>use</c> are refused rather than followed.</summary>
    private const int MaximumChain = 64;

    private readonly Dictionary<string, int> byName = new(StringComparer.Ordinal);
    private readonly List<Target> targets = [];
    private readonly List<Reference> references = [];
    private readonly List<int> uses = [];

    private sealed class Target
    {
        public required SvgElement Element { get; init; }
        public required int First { get; init; }
        public int Last { get; set; }
        public bool IsOpen { get; set; }
        public int Drawn { get; set; } = -1;
    }

    /// <summary>One reference: where it stands, what it names, and the ordinal of the element it stands on.</summary>
    private readonly record struct Reference(int Offset, string Name, bool IsUse, int Element);

    /// <summary>Enters an id; the number to give to <see cref="Close"/>, or -1 where it was there before.</summary>
    public int Add(string name, SvgElement element, int ordinal)
    {
        if (!byName.TryAdd(name, targets.Count))
        {
            return -1;
        }

        targets.Add(new Target { Element = element, First = ordinal, Last = ordinal });
        return targets.Count - 1;
    }

    /// <summary>The element of that id ends; <paramref name="last"/> is the ordinal of the last element in it.</summary>
    public void Close(int target, int last) => targets[target].Last = last;

    /// <summary>Enters a reference.</summary>
    public void Refer(string name, int offset, bool isUse, int ordinal)
    {
        if (isUse)
        {
            uses.Add(references.Count);
        }

        references.Add(new Reference(offset, name, isUse, ordinal));
    }

    /// <summary>Reports references that lead nowhere, to the wrong thing, in circles, or that multiply.</summary>
    public void Check(ReadOnlySpan<byte> text, SvgFindings findings)
    {
        foreach (var reference in references)
        {
            if (!byName.TryGetValue(reference.Name, out var index))
            {
                if (findings.Take(SvgRules.ReferenceUnresolved))
                {
                    findings.Report(SvgRules.ReferenceUnresolved, text, reference.Offset,
                        $"Nothing in the file has the id '{Short(reference.Name)}' that is referred to here.");
                }
            }
            else if (!reference.IsUse && targets[index].Element is not (SvgElement.LinearGradient or SvgElement.RadialGradient or SvgElement.SolidColor))
            {
                if (findings.Take(SvgRules.ReferenceWrongKind))
                {
                    findings.Report(SvgRules.ReferenceWrongKind, text, reference.Offset,
                        $"'{Short(reference.Name)}' is not a gradient or solid color, so it cannot be used as paint.");
                }
            }
        }

        long total = 0;
        var circular = false;
        foreach (var use in uses)
        {
            total += Draw(references[use], 0, ref circular);
            if (circular)
            {
                findings.Report(SvgRules.UseCircular, text, references[use].Offset, "This use element draws an element that draws itself again.");
                return;
            }
            if (total > MaximumDrawn)
            {
                findings.Report(SvgRules.UseExpansion, text, references[use].Offset,
                    $"The use elements multiply to more than {MaximumDrawn} elements, or are nested more than {MaximumChain} deep.");
                return;
            }
        }
    }

    /// <summary>How many elements a use element draws, stopping above <see cref="MaximumDrawn"/>.</summary>
    private int Draw(Reference use, int depth, ref bool circular)
    {
        if (!byName.TryGetValue(use.Name, out var index))
        {
            return 0;
        }

        var target = targets[index];
        if (target.IsOpen || (use.Element >= target.First && use.Element <= target.Last))
        {
            circular = true;
            return 0;
        }
        if (target.Drawn >= 0)
        {
            return target.Drawn;
        }

        if (depth >= MaximumChain)
        {
            return MaximumDrawn + 1;
        }

        target.IsOpen = true;
        long drawn = target.Last - target.First + 1;
        for (var i = FirstUseAt(target.First); i < uses.Count && drawn <= MaximumDrawn && !circular; i++)
        {
            var inner = references[uses[i]];
            if (inner.Element > target.Last)
            {
                break;
            }

            drawn += Draw(inner, depth + 1, ref circular);
        }
        target.IsOpen = false;
        target.Drawn = (int)Math.Min(drawn, MaximumDrawn + 1);
        return target.Drawn;
    }

    // Uses are in document order.
    private int FirstUseAt(int ordinal)
    {
        var (low, high) = (0, uses.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (references[uses[middle]].Element < ordinal)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }
        return low;
    }

    private static string Short(string name) => name.Length > 60 ? name[..60] + "..." : name;
}
