using System.Text;
using System.Xml.Linq;

namespace EmailSecurity.Sandbox.Aws;

/// <summary>XML as S3 and STS write it.</summary>
internal static class AwsXml
{
    /// <summary>A document's bytes with the XML declaration.</summary>
    public static byte[] Document(XElement root) =>
        Encoding.UTF8.GetBytes("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + root.ToString(SaveOptions.DisableFormatting));
}
