/// <summary>Makes inputs out of a target's seeds and words: splices, repeats, deletions, flipped bits, noise; now and then a large one.</summary>
internal sealed class FuzzMutator(Random random)
{
    private const int MaxLength = 128 * 1024;

    public byte[] Next(FuzzTarget target)
    {
        var bytes = new List<byte>(random.Next(20) == 0 ? [] : target.Seeds[random.Next(target.Seeds.Count)]);
        for (var n = random.Next(1, 7); n > 0; n--)
        {
            Mutate(bytes, target);
        }

        if (bytes.Count > MaxLength)
        {
            bytes.RemoveRange(MaxLength, bytes.Count - MaxLength);
        }

        return [.. bytes];
    }

    private void Mutate(List<byte> bytes, FuzzTarget target)
    {
        switch (random.Next(10))
        {
            case 0 when bytes.Count > 0: // flip a bit
                bytes[random.Next(bytes.Count)] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when bytes.Count > 0: // another octet
                bytes[random.Next(bytes.Count)] = (byte)random.Next(256);
                break;
            case 2 when bytes.Count > 0: // delete a piece
                var (from, length) = Piece(bytes.Count);
                bytes.RemoveRange(from, length);
                break;
            case 3 when bytes.Count > 0: // repeat a piece, rarely until it is large
                var (start, count) = Piece(bytes.Count);
                var piece = bytes.GetRange(start, count);
                var times = random.Next(2000) == 0 ? Math.Min(20_000, MaxLength / count) : random.Next(1, 4);
                var repeated = new List<byte>(times * count);
                for (; times > 0; times--)
                {
                    repeated.AddRange(piece);
                }

                bytes.InsertRange(start, repeated);
                break;
            case 4: // splice with another seed
                var other = target.Seeds[random.Next(target.Seeds.Count)];
                if (other.Length == 0)
                {
                    break;
                }

                var (begin, size) = Piece(other.Length);
                bytes.InsertRange(random.Next(bytes.Count + 1), other.AsSpan(begin, size).ToArray());
                break;
            case 5: // noise
                var noise = new byte[random.Next(1, 9)];
                random.NextBytes(noise);
                bytes.InsertRange(random.Next(bytes.Count + 1), noise);
                break;
            case 6 when bytes.Count > 1: // cut off
                var kept = random.Next(1, bytes.Count);
                bytes.RemoveRange(kept, bytes.Count - kept);
                break;
            default: // a word that means something
                if (target.Words.Count > 0)
                {
                    bytes.InsertRange(random.Next(bytes.Count + 1), target.Words[random.Next(target.Words.Count)]);
                }

                break;
        }
    }

    private (int From, int Length) Piece(int count)
    {
        var from = random.Next(count);
        return (from, random.Next(1, Math.Min(count - from, 64) + 1));
    }
}
