using System.Text;

namespace EmailSecurity.Svg;

/// <summary>A fixed set of ASCII names looked up by their bytes: open addressing, no allocation.</summary>
internal sealed class SvgNameTable
{
    private readonly byte[][] entries;
    private readonly short[] slots;

    public SvgNameTable(IReadOnlyList<string> names)
    {
        var size = 16;
        while (size < names.Count * 4)
        {
            size *= 2;
        }

        slots = new short[size];
        entries = new byte[names.Count][];
        Array.Fill(slots, (short)-1);
        for (var i = 0; i < names.Count; i++)
        {
            entries[i] = Encoding.ASCII.GetBytes(names[i]);
            if (entries[i].Length == 0)
            {
                continue;
            }

            var slot = Hash(entries[i]) & (size - 1);
            while (slots[slot] >= 0)
            {
                slot = (slot + 1) & (size - 1);
            }

            slots[slot] = (short)i;
        }
    }

    /// <summary>Index of the name; -1 where it is not in the set.</summary>
    public int Find(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty)
        {
            return -1;
        }

        for (var slot = Hash(name) & (slots.Length - 1); slots[slot] >= 0; slot = (slot + 1) & (slots.Length - 1))
        {
            if (name.SequenceEqual(entries[slots[slot]]))
            {
                return slots[slot];
            }
        }
        return -1;
    }

    // First, middle and last letter and the length tell the profile's names apart well enough.
    private static int Hash(ReadOnlySpan<byte> name) =>
        (name[0] * 31) + (name[name.Length / 2] * 131) + (name[^1] * 17) + (name.Length * 7);
}
