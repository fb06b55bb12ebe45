namespace EmailSecurity.Svg;

/// <summary>The namespaces that the check tells apart.</summary>
internal enum SvgNamespace : byte
{
    None,
    Svg,
    XLink,
    Xml,
    Other,
    Undeclared,
}
