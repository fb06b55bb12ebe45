using System.Security.Cryptography;

namespace EmailSecurity.Sandbox.S3;

/// <summary>The objects of a bucket with their versions, newest first, keys in UTF-8 order.</summary>
internal sealed class ObjectTable
{
    /// <summary>S3 lists keys in the order of their UTF-8 bytes, where surrogate pairs sort above all else.</summary>
    public static readonly IComparer<string> KeyOrder = new Utf8Order();

    private readonly SortedDictionary<string, List<StoredVersion>> versions = new(KeyOrder);

    /// <summary>True where nothing is left: no version, no delete marker.</summary>
    public bool IsEmpty => versions.Count == 0;

    /// <summary>Versions and delete markers in all.</summary>
    public int Count => versions.Values.Sum(v => v.Count);

    /// <summary>Every version, keys ascending, newest first.</summary>
    public IEnumerable<(StoredVersion Version, bool IsLatest)> All => versions.Values.SelectMany(list => list.Select((v, i) => (v, i == 0)));

    /// <summary>The newest version of each key, delete markers too.</summary>
    public IEnumerable<StoredVersion> Latest => versions.Values.Select(list => list[0]);

    /// <summary>The newest version of a key; null where there is none.</summary>
    public StoredVersion? Find(string key) => versions.TryGetValue(key, out var list) ? list[0] : null;

    /// <summary>A version by id; null where there is none.</summary>
    public StoredVersion? Find(string key, string versionId) => versions.TryGetValue(key, out var list) ? list.Find(v => v.VersionId == versionId) : null;

    /// <summary>Puts a version on top; one named <c>null</c> takes the place of the former one of that name.</summary>
    public void Put(StoredVersion version)
    {
        if (!versions.TryGetValue(version.Key, out var list))
        {
            versions.Add(version.Key, list = []);
        }
        if (version.VersionId == "null")
        {
            list.RemoveAll(v => v.VersionId == "null");
        }
        list.Insert(0, version);
    }

    /// <summary>Removes a version for good; null where there is none.</summary>
    public StoredVersion? Remove(string key, string versionId)
    {
        if (!versions.TryGetValue(key, out var list) || list.FindIndex(v => v.VersionId == versionId) is var index && index < 0)
        {
            return null;
        }
        var version = list[index];
        list.RemoveAt(index);
        if (list.Count == 0)
        {
            versions.Remove(key);
        }
        return version;
    }

    /// <summary>A fresh version id.</summary>
    public static string NewVersionId() => RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._", 32);

    private sealed class Utf8Order : IComparer<string>
    {
        public int Compare(string? x, string? y)
        {
            var length = Math.Min(x!.Length, y!.Length);
            for (var i = 0; i < length; i++)
            {
                if (x[i] != y[i])
                {
                    return char.IsSurrogate(x[i]) == char.IsSurrogate(y[i]) ? x[i].CompareTo(y[i]) : char.IsSurrogate(x[i]) ? 1 : -1;
                }
            }
            return x.Length.CompareTo(y.Length);
        }
    }
}
