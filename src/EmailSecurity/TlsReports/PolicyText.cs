using System.Text;
using System.Text.Json;

namespace EmailSecurity.TlsReports;

/// <summary>The lines of a policy within a report.</summary>
internal static class PolicyText
{
    /// <summary>The strings of an array that stands as JSON within a string, as Microsoft writes TLSA records; null where it is none.</summary>
    public static List<string>? TryNested(string text)
    {
        List<string> lines = [];
        try
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text));
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.String)
            {
                lines.Add(JsonText.Of(ref reader));
            }

            return reader.TokenType == JsonTokenType.EndArray && reader.BytesConsumed == Encoding.UTF8.GetByteCount(text) ? lines : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
