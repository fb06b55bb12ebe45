namespace EmailSecurity.Svg;

/// <summary>What <see cref="SvgReader"/> stands on.</summary>
internal enum SvgToken
{
    Start,
    End,
    Text,
    CData,
    Comment,
    ProcessingInstruction,
    DocType,
    EndOfText,
    Malformed,
}
