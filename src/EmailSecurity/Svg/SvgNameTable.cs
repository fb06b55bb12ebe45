using System.Text;

namespace EmailSecurity.Svg;

/// <summary>A fixed set of ASCII names looked up by their bytes: open addressing, no allocation.</summary>
internal sealed class SvgNameTable
{
    private readonly byte[][] _names;
    private readonly short[] _slots;

    public SvgNameTable(IReadOnlyList<string> names)
    {
        var size = 16;
        while (size < names.Count * 4)
            size *= 2;
        _slots = new short[size];
        _names = new byte[names.Count][];
        Array.Fill(_slots, (short)-1);
        for (var i = 0; i < names.Count; i++)
        {
            _names[i] = Encoding.ASCII.GetBytes(names[i]);
            if (names[i].Length == 0)
                continue;
            var slot = Hash(_names[i]) & (size - 1);
            while (_slots[slot] >= 0)
                slot = (slot + 1) & (size - 1);
            _slots[slot] = (short)i;
        }
    }

    /// <summary>Index of the name; -1 where it is not in the set.</summary>
    public int Find(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty)
            return -1;
        for (var slot = Hash(name) & (_slots.Length - 1); _slots[slot] >= 0; slot = (slot + 1) & (_slots.Length - 1))
        {
            if (name.SequenceEqual(_names[_slots[slot]]))
                return _slots[slot];
        }
        return -1;
    }

    // First, middle and last letter and the length tell the profile's names apart well enough.
    private static int Hash(ReadOnlySpan<byte> name) =>
        (name[0] * 31) + (name[name.Length / 2] * 131) + (name[^1] * 17) + (name.Length * 7);
}
