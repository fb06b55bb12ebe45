using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.Packaging;

/// <summary>What is in the package, and that the same sources give the same bytes.</summary>
[Collection(typeof(PackageCollection))]
public sealed partial class PackageTests(PackageFixture package, BrowserFixture browser)
{
    private const int MostBytes = 6_000_000;

    // The mean difference of two images, a channel has 256 steps.
    private const string MeanDifference = """
        async ([one, two]) => {
            const pixels = async address => {
                const image = new Image();
                image.src = address;
                await image.decode();
                const canvas = document.createElement('canvas');
                canvas.width = canvas.height = 256;
                const context = canvas.getContext('2d');
                context.drawImage(image, 0, 0, 256, 256);
                return context.getImageData(0, 0, 256, 256).data;
            };
            const [first, second] = [await pixels(one), await pixels(two)];
            return first.reduce((sum, value, at) => sum + Math.abs(value - second[at]), 0) / first.length;
        }
        """;

    private static readonly string[] Ours = ["AWSSDK.Subset.dll", "EmailSecurity.Aws.dll", "EmailSecurity.Net.dll", "EmailSecurity.Parquet.dll"];

    [Fact]
    public void The_same_sources_in_another_folder_give_the_same_bytes()
    {
        using var one = ZipFile.OpenRead(package.Packages[0]);
        using var two = ZipFile.OpenRead(package.Packages[1]);

        // Which part differs says more than that the whole does.
        Assert.Equal(one.Entries.Select(e => (e.FullName, e.Crc32)), two.Entries.Select(e => (e.FullName, e.Crc32)));
        Assert.Equal(Path.GetFileName(package.Packages[0]), Path.GetFileName(package.Packages[1]));
        Assert.True(File.ReadAllBytes(package.Packages[0]).AsSpan().SequenceEqual(File.ReadAllBytes(package.Packages[1])));
    }

    [Fact]
    public void The_package_holds_the_files_of_the_folder_and_what_NuGet_adds()
    {
        using var zip = ZipFile.OpenRead(package.Packages[0]);
        var nugets = new Regex(@"^(_rels/\.rels|\[Content_Types\]\.xml|EmailSecurity\.nuspec|package/services/metadata/core-properties/[0-9a-f]{32}\.psmdcp)$");
        var names = zip.Entries.Select(e => e.FullName).ToArray();

        Assert.Equal(4, names.Count(n => nugets.IsMatch(n)));
        Assert.Equal(package.Files, names.Where(n => !nugets.IsMatch(n)));
        Assert.Equal(names.Order(StringComparer.Ordinal), names);
        Assert.All(zip.Entries, e => Assert.Equal(new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Unspecified), e.LastWriteTime.DateTime));
        Assert.All(zip.Entries, e => Assert.Equal(0, e.ExternalAttributes));
        AssertRelated(zip);
    }

    [Fact]
    public void The_package_is_below_6_MB_and_has_no_symbols_and_nothing_hidden()
    {
        Assert.InRange(new FileInfo(package.Packages[0]).Length, 1_000_000, MostBytes);
        Assert.DoesNotContain(package.Files, f => f.EndsWith(".pdb", StringComparison.OrdinalIgnoreCase) || f.Split('/').Any(p => p.StartsWith('.')));
        Assert.Contains("module/EmailSecurity.PowerShell.dll", package.Files);
        Assert.Contains("en-US/EmailSecurity.PowerShell.dll-Help.xml", package.Files);
        Assert.Contains("en-US/about_EmailSecurity.help.txt", package.Files);
    }

    [Fact]
    public void Every_library_of_others_has_its_row_in_the_notices_and_its_licence_beside()
    {
        var notices = File.ReadAllText(Path.Combine(package.Module, "THIRD-PARTY-NOTICES.md"));
        var rows = Row().Matches(notices);
        var libraries = package.Files.Where(f => f.StartsWith("module/deps/", StringComparison.Ordinal)).Select(f => Path.GetFileName(f)).Except(Ours).ToArray();

        Assert.NotEmpty(libraries);
        Assert.Equal(libraries.Order(StringComparer.OrdinalIgnoreCase), rows.Select(r => r.Groups["file"].Value).Order(StringComparer.OrdinalIgnoreCase));
        Assert.All(rows, r => Assert.Contains(r.Groups["text"].Value, package.Files));
        Assert.Contains("LICENSE", package.Files);
    }

    [Fact]
    public void What_documents_and_errors_name_is_in_the_package()
    {
        foreach (var document in package.Files.Where(f => f.EndsWith(".md", StringComparison.Ordinal)))
        {
            var folder = Path.GetDirectoryName(Path.Combine(package.Module, document))!;
            var prose = Block().Replace(File.ReadAllText(Path.Combine(package.Module, document)), "");
            Assert.All(Link().Matches(prose).Select(m => m.Groups["target"].Value), t => Assert.True(File.Exists(Path.Combine(folder, t)), $"{document} links to {t}."));
        }

        var texts = SourceTree.Files().Where(f => !f.Contains("Sandbox", StringComparison.Ordinal)).Concat(Directory.GetFiles(Path.Combine(package.Module, "en-US"), "*.txt"));
        var named = texts.SelectMany(f => NamedFile().Matches(File.ReadAllText(f)).Select(m => m.Value)).Distinct(StringComparer.Ordinal).ToArray();
        Assert.Contains("assets/iam-policy.json", named);
        Assert.All(named, n => Assert.Contains(n, package.Files));
    }

    [Fact]
    public void No_address_pretends_to_be_ours()
    {
        // .example is for the domains of examples. As an address of the project it would lead nowhere.
        string[] texts = [".md", ".ps1", ".psd1", ".ps1xml", ".txt", ".xml", ".json", ".svg"];
        var read = package.Files.Where(f => texts.Contains(Path.GetExtension(f))).ToDictionary(f => f, f => File.ReadAllText(Path.Combine(package.Module, f)), StringComparer.Ordinal);
        Assert.All(read, f => Assert.DoesNotMatch(@"(?i)emailsecurity[a-z0-9-]*(\.[a-z0-9-]+)*\.example\b", f.Value));
        Assert.DoesNotMatch(@"(?i)Uri\s*=\s*'[^']*\.example\b", read["EmailSecurity.psd1"]);
    }

    [Fact]
    public void The_icon_is_a_PNG_of_256_pixels()
    {
        var icon = File.ReadAllBytes(Path.Combine(package.Module, "assets", "icon.png"));
        Assert.Equal("\x89PNG\r\n\x1a\n", Encoding.Latin1.GetString(icon.AsSpan(0, 8)));
        Assert.Equal((256, 256), (BinaryPrimitives.ReadInt32BigEndian(icon.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(icon.AsSpan(20))));
    }

    [Fact]
    public async Task The_icon_looks_like_the_logo()
    {
        await using var view = await browser.OpenAsync();
        string Address(string name, string type) => $"data:{type};base64,{Convert.ToBase64String(File.ReadAllBytes(Path.Combine(package.Module, "assets", name)))}";
        var difference = await view.Page.EvaluateAsync<double>(MeanDifference, new[] { Address("logo.svg", "image/svg+xml"), Address("icon.png", "image/png") });
        Assert.InRange(difference, 0, 1);
    }

    // Every relation leads to a part; identifiers are each once.
    private static void AssertRelated(ZipArchive zip)
    {
        using var stream = zip.GetEntry("_rels/.rels")!.Open();
        var relations = XDocument.Load(stream).Root!.Elements().ToArray();
        Assert.Equal(2, relations.Select(r => (string)r.Attribute("Id")!).Distinct(StringComparer.Ordinal).Count());
        Assert.All(relations, r => Assert.NotNull(zip.GetEntry(((string)r.Attribute("Target")!).TrimStart('/'))));
    }

    [GeneratedRegex(@"^\| (?<file>\S+\.dll) \| [^|]+ \| [^|]+ \| \[[^\]]+\]\((?<text>[^)]+)\) \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Row();

    [GeneratedRegex("```.*?```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"\]\((?!https?:|#)(?<target>[^)#]+)(#[^)]*)?\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Link();

    [GeneratedRegex(@"\b(assets|docs)/[a-z-]+\.(json|md)\b", RegexOptions.ExplicitCapture)]
    private static partial Regex NamedFile();
}
