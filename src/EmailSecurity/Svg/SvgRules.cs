using EmailSecurity.Findings;
using static EmailSecurity.Findings.FindingSeverity;

namespace EmailSecurity.Svg;

/// <summary>The rules of SVG Tiny Portable/Secure, of the languages below it, and of the providers for the file.</summary>
internal static class SvgRules
{
    /// <summary>The profile: SVG Tiny Portable/Secure.</summary>
    public const string Profile = "draft-svg-tiny-ps-abrotman";

    /// <summary>The fewest pixels a side that Gmail supports.</summary>
    public const int GmailPixels = 96;

    /// <summary>The language that the profile narrows.</summary>
    public const string Tiny = "SVG Tiny 1.2";

    private const string Xml = "XML 1.0";

    // The file.
    public static readonly Rule Empty = new("SvgEmpty", Error, Profile, "2.1", "Use a file that contains an SVG document.", InSchema: true);
    public static readonly Rule TooLarge = new("SvgTooLarge", Error, Profile, "2.4", "Simplify the drawing until the file is at most 32 KB uncompressed.");
    public static readonly Rule SizeOver32K = new("SvgSizeOver32K", Warning, Profile, "2.4",
        "Simplify paths and drop editor data until the file is at most 32,768 bytes uncompressed.");
    public static readonly Rule GzipDamaged = new("SvgGzipDamaged", Error, "RFC 1952", "2.3",
        "Compress the file again, or host it uncompressed.", InSchema: true);
    public static readonly Rule NotUtf8 = new("SvgEncodingNotUtf8", Error, Profile, "2",
        "Save the file as UTF-8 and declare encoding=\"UTF-8\", or no encoding.");
    public static readonly Rule EncodingDeclared = new("SvgEncodingDeclaration", Warning, Xml, "4.3.3",
        "Declare encoding=\"UTF-8\", or leave the encoding out.");
    public static readonly Rule NotWellFormed = new("SvgNotWellFormed", Error, Xml, "2.1",
        "Fix the XML at this place. The rest of the file was not checked.", InSchema: true);
    public static readonly Rule NamespaceBroken = new("SvgNamespaceNotDeclared", Error, "Namespaces in XML 1.0", "5",
        "Declare the prefix with xmlns, or remove the element or attribute that uses it. The rest of the file was not checked.", InSchema: true);
    public static readonly Rule DocType = new("SvgDocType", Error, Profile, "2.3", "Remove the DOCTYPE declaration.");
    public static readonly Rule EntityDeclared = new("SvgEntityDeclaration", Error, Profile, "2.3",
        "Remove the entity declarations and write the characters themselves.");
    public static readonly Rule EntityUsed = new("SvgEntityReference", Error, Xml, "4.1", "Write the character itself, or a numeric reference.");
    public static readonly Rule Instruction = new("SvgProcessingInstruction", Error, Profile, "2.3", "Remove the processing instruction.");
    public static readonly Rule TooDeep = new("SvgNestingTooDeep", Error, Profile, "2",
        "Flatten the groups: receivers' parsers stop at 256 levels. The rest of the file was not checked.");
    public static readonly Rule More = new("SvgMoreFindings", Information, Profile, "2", "Fix what is listed and check again.");

    // The root.
    public static readonly Rule RootNotSvg = new("SvgRootNotSvg", Error, Profile, "2.1", "Make the document's root an <svg> element.", InSchema: true);
    public static readonly Rule NamespaceMissing = new("SvgNamespaceMissing", Error, Profile, "2.1",
        "Put xmlns=\"http://www.w3.org/2000/svg\" on the root.", InSchema: true);
    public static readonly Rule RootPrefixed = new("SvgRootPrefixed", Information, "Namespaces in XML 1.0", "6.2",
        "Make SVG the default namespace: simple receivers look for <svg> without a prefix.");
    public static readonly Rule VersionMissing = new("SvgVersionMissing", Error, Profile, "2.1", "Put version=\"1.2\" on the root.", InSchema: true);
    public static readonly Rule BaseProfileMissing = new("SvgBaseProfileMissing", Error, Profile, "2.1",
        "Put baseProfile=\"tiny-ps\" on the root.", InSchema: true);
    public static readonly Rule VersionWrong = new("SvgVersionWrong", Error, Profile, "2.1", "Set version=\"1.2\" on the root.", InSchema: true);
    public static readonly Rule BaseProfileWrong = new("SvgBaseProfileWrong", Error, Profile, "2.1",
        "Set baseProfile=\"tiny-ps\" on the root.", InSchema: true);
    public static readonly Rule RootPosition = new("SvgRootPosition", Error, Profile, "6.2",
        "Remove x and y from the root; move the drawing with viewBox.", InSchema: true);
    public static readonly Rule Restricted = new("SvgAttributeDiscouraged", Warning, Profile, "2.3", "Remove the attribute.");
    public static readonly Rule ViewBoxMissing = new("SvgViewBoxMissing", Warning, Tiny, "7.8",
        "Put a square viewBox on the root, such as viewBox=\"0 0 512 512\", so that the logo scales.");
    public static readonly Rule ViewBoxMalformed = new("SvgViewBoxMalformed", Error, Tiny, "7.8",
        "Write four numbers, the last two above zero: viewBox=\"0 0 512 512\".");
    public static readonly Rule NotSquare = new("SvgNotSquare", Warning, Profile, "2.4", "Make the drawing square: clients crop to a square or a circle.");
    public static readonly Rule SizeMalformed = new("SvgSizeMalformed", Warning, Tiny, "7.11", "Write a positive number, or leave the attribute out.");
    public static readonly Rule SizeRelative = new("SvgSizeRelative", Warning, Profile, "2.4",
        "Specify width and height in pixels, at least 96, or leave both out: Gmail and Apple do not support relative sizes.");
    public static readonly Rule SizeSmall = new("SvgSizeSmall", Warning, "Gmail BIMI requirements", "SVG file",
        "Specify width and height of at least 96 pixels, or leave both out: Gmail does not support smaller ones.");
    public static readonly Rule SizeMissing = new("SvgSizeMissing", Information, "Gmail BIMI requirements", "SVG file",
        "Consider width and height in pixels, at least 96: Google recommends them.");
    public static readonly Rule OneColour = new("SvgOneColour", Warning, Profile, "2.4",
        "Paint with at least two colors, for example a solid background behind the mark.");
    public static readonly Rule NothingPainted = new("SvgNothingPainted", Warning, Profile, "2.4", "Draw something: the document paints no shape.");

    // Title and description.
    public static readonly Rule TitleMissing = new("SvgTitleMissing", Error, Profile, "2.1",
        "Put <title>Your brand</title> as the first child of the root.", InSchema: true);
    public static readonly Rule TitleNotFirst = new("SvgTitleNotFirst", Error, Profile, "2.1",
        "Move <title> up: it is the first child of the root.", InSchema: true);
    public static readonly Rule TitleRepeated = new("SvgTitleRepeated", Error, Profile, "2.1",
        "Keep one <title>, the first child of the root.", InSchema: true);
    public static readonly Rule TitleEmpty = new("SvgTitleEmpty", Error, Profile, "2.1", "Write the brand's name into <title>.");
    public static readonly Rule TitleLong = new("SvgTitleLong", Warning, Profile, "2.1", "Shorten <title> to 64 characters.");
    public static readonly Rule TitlePlaceholder = new("SvgTitlePlaceholder", Warning, Profile, "2.1",
        "Write the brand's name into <title>: screen readers read it out, and authorities compare it with the brand.");
    public static readonly Rule DescriptionEmpty = new("SvgDescriptionEmpty", Error, Profile, "2.1", "Describe the logo in <desc>, or remove it.");
    public static readonly Rule DescriptionMissing = new("SvgDescriptionMissing", Information, Profile, "2.1",
        "Add <desc> after <title> for people who hear the logo rather than see it.");

    // Elements, attributes, text.
    public static readonly Rule ElementForbidden = new("SvgElementForbidden", Error, Profile, "2.3", "Remove the element.", InSchema: true);
    public static readonly Rule ElementForeign = new("SvgElementForeign", Error, Profile, "2.2",
        "Remove the element: it is an editor's own data and draws nothing.", InSchema: true);
    public static readonly Rule ElementUnknown = new("SvgElementUnknown", Error, Profile, "2.2",
        "Remove the element, or redraw it with path, rect, circle, ellipse, line, polyline or polygon.", InSchema: true);
    public static readonly Rule ElementMisplaced = new("SvgElementMisplaced", Error, Profile, "2.2",
        "Move the element to where the profile allows it.", InSchema: true);
    public static readonly Rule TextMisplaced = new("SvgTextMisplaced", Error, Profile, "2.2",
        "Remove the text, or put it into <text>, <title> or <desc>.", InSchema: true);
    public static readonly Rule AttributeForbidden = new("SvgAttributeForbidden", Error, Profile, "2.3", "Remove the attribute.", InSchema: true);
    public static readonly Rule AttributeForeign = new("SvgAttributeForeign", Error, Profile, "2.2",
        "Remove the attribute: it is an editor's own data.", InSchema: true);
    public static readonly Rule AttributeUnknown = new("SvgAttributeUnknown", Error, Profile, "2.2", "Remove the attribute.", InSchema: true);
    public static readonly Rule StyleAttribute = new("SvgStyleAttribute", Error, Profile, "2.2",
        "Write each property as its own attribute: style=\"fill:#fff\" becomes fill=\"#fff\".", InSchema: true);
    public static readonly Rule ValueNotAllowed = new("SvgValueNotAllowed", Error, Profile, "2.2",
        "Use one of the values allowed, or remove the attribute.", InSchema: true);
    public static readonly Rule TwoIds = new("SvgTwoIds", Error, Profile, "2.2", "Keep either id or xml:id.", InSchema: true);
    public static readonly Rule ValueMalformed = new("SvgValueMalformed", Warning, Tiny, "4.1",
        "Write the value as SVG Tiny 1.2 requires: a renderer ignores a value that it cannot read.");

    public static readonly Rule ArcInPath = new("SvgArcInPath", Warning, Tiny, "8.3",
        "Turn arcs into curves (C): most drawing programs do it when they simplify a path.");

    // References.
    public static readonly Rule ExternalReference = new("SvgExternalReference", Error, Profile, "2.3",
        "Refer to an element of the same file as #id, or remove the reference.");
    public static readonly Rule XLink = new("SvgXLinkAttribute", Error, Profile, "2.2",
        "Write href=\"#id\" without the xlink prefix on <use>; remove other XLink attributes.", InSchema: true);
    public static readonly Rule BaseRelative = new("SvgXmlBase", Warning, Tiny, "14.1",
        "Remove xml:base: it turns references to this file into references to another.");
    public static readonly Rule ReferenceUnresolved = new("SvgReferenceUnresolved", Warning, Tiny, "14.1",
        "Define the element that is referenced, or remove the reference: the part is not drawn.");
    public static readonly Rule ReferenceWrongKind = new("SvgReferenceWrongKind", Warning, Tiny, "11.2",
        "Refer to a linearGradient, radialGradient or solidColor.");
    public static readonly Rule UseCircular = new("SvgUseCircular", Error, Tiny, "5.6",
        "Break the loop: a use element cannot draw an element that contains it.");
    public static readonly Rule UseExpansion = new("SvgUseExpansion", Error, Profile, "2",
        "Draw the shapes themselves: use elements that draw use elements multiply without limit.");
    public static readonly Rule IdRepeated = new("SvgIdRepeated", Warning, Tiny, "5.10.1", "Use a different id for each element.");
}
