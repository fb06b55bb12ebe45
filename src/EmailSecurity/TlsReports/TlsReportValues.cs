using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EmailSecurity.TlsReports;

/// <summary>Reads the values of one text leniently: what is of another type is understood where its sense is clear, and kept where it is not.</summary>
internal sealed class TlsReportValues(ReadOnlyMemory<byte> json, TlsReportFindings bag)
{
    /// <summary>Reads a property's name and goes to its value.</summary>
    /// <param name="reader">Stands on the name.</param>
    /// <param name="seen">What the object has so far.</param>
    /// <param name="place">Where the object is.</param>
    /// <param name="name">The name as written, where it is not that of the RFC; otherwise null.</param>
    public ReportField Name(ref Utf8JsonReader reader, ref SeenFields seen, Place place, out string? name)
    {
        var field = ReportFields.Of(ref reader, out var isMisnamed);
        name = field == ReportField.Unknown || isMisnamed ? JsonText.Of(ref reader) : null;
        if (isMisnamed)
        {
            bag.Report(TlsReportRules.FieldMisnamed, $"The field '{Short(name!)}' is not of RFC 8460; it was read as {ReportFields.NameOf(field)}.",
                location: place.Of(Short(name!)));
        }

        if (!seen.Add(field))
        {
            var counts = field is ReportField.Policies or ReportField.FailureDetails ? "what stands in each was read" : "the last one counts";
            bag.Report(TlsReportRules.FieldRepeated, $"{ReportFields.NameOf(field)} stands there twice; {counts}.", location: place.Of(field));
        }

        reader.Read();
        return field;
    }

    /// <summary>Keeps a value as it is.</summary>
    public void Keep(ref Utf8JsonReader reader, Place place, ReportField field, string? name, ref OtherFields others)
    {
        if (field == ReportField.Unknown)
        {
            bag.Report(TlsReportRules.FieldUnknown, $"RFC 8460 does not know the field '{Short(name ?? "")}'.", location: place.Of(Short(name ?? "")));
        }
        else if (reader.TokenType == JsonTokenType.Null)
        {
            bag.Report(TlsReportRules.FieldNull, $"{ReportFields.NameOf(field)} is null.", location: place.Of(field));
            return;
        }
        else
        {
            bag.Report(TlsReportRules.FieldType, $"{ReportFields.NameOf(field)} is {Kind(reader.TokenType)}, which cannot be used here.",
                location: place.Of(field));
        }

        others.Add(name ?? ReportFields.NameOf(field), Raw(ref reader));
    }

    /// <summary>A text; null where there is none.</summary>
    public string? Text(ref Utf8JsonReader reader, Place place, ReportField field, ref OtherFields others)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return Text(ref reader, place, field);
            case JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False:
                bag.Report(TlsReportRules.FieldType, $"{ReportFields.NameOf(field)} is {Kind(reader.TokenType)}; it has to be a string.",
                    location: place.Of(field));
                return Raw(ref reader);
            default:
                Keep(ref reader, place, field, null, ref others);
                return null;
        }
    }

    /// <summary>An array of texts, or a lone text.</summary>
    public IReadOnlyList<string> Strings(ref Utf8JsonReader reader, Place place, ReportField field, ref OtherFields others)
    {
        List<string> texts = [];
        if (reader.TokenType == JsonTokenType.String)
        {
            ReportLone(place, field);
            AddText(texts, Text(ref reader, place, field), place, field);
        }
        else if (reader.TokenType == JsonTokenType.StartArray)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (Text(ref reader, place, field, ref others) is { } text)
                {
                    AddText(texts, text, place, field);
                }
            }
        }
        else
        {
            Keep(ref reader, place, field, null, ref others);
        }

        return texts;
    }

    /// <summary>A number of sessions; 0 where there is none that can be used.</summary>
    public long Count(ref Utf8JsonReader reader, Place place, ReportField field, ref OtherFields others)
    {
        string text;
        if (reader.TokenType == JsonTokenType.Number)
        {
            if (reader.TryGetInt64(out var number) && number >= 0)
            {
                return number;
            }

            text = Encoding.UTF8.GetString(reader.ValueSpan);
        }
        else if (reader.TokenType == JsonTokenType.String)
        {
            text = Text(ref reader, place, field).Trim();
            bag.Report(TlsReportRules.FieldType, $"{ReportFields.NameOf(field)} is a string; it has to be a number.", location: place.Of(field));
            if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                return number;
            }
        }
        else
        {
            Keep(ref reader, place, field, null, ref others);
            return 0;
        }

        others.Add(ReportFields.NameOf(field), Raw(ref reader));
        return OddCount.Read(text, place.Of(field), ReportFields.NameOf(field), bag);
    }

    /// <summary>A date-time, in UTC; null where there is none that can be used.</summary>
    public DateTimeOffset? Time(ref Utf8JsonReader reader, ReportField field, ref OtherFields others)
    {
        var place = Place.Report;
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.Number))
        {
            Keep(ref reader, place, field, null, ref others);
            return null;
        }

        var text = reader.TokenType == JsonTokenType.String ? Text(ref reader, place, field) : Encoding.UTF8.GetString(reader.ValueSpan);
        if (!ReportTime.TryRead(text, out var time, out var isRfc3339))
        {
            bag.Report(TlsReportRules.DateTimeUnreadable, $"{ReportFields.NameOf(field)} is '{Short(text)}', which is no date-time (RFC 3339).",
                location: place.Of(field));
            others.Add(ReportFields.NameOf(field), Raw(ref reader));
            return null;
        }

        if (!isRfc3339)
        {
            bag.Report(TlsReportRules.DateTimeForm,
                $"{ReportFields.NameOf(field)} is '{Short(text)}', not as RFC 3339 writes it; it was read as {time:yyyy-MM-dd'T'HH:mm:ss'Z'}.",
                location: place.Of(field));
        }

        return time;
    }

    /// <summary>A text cut to what a message can hold.</summary>
    public static string Short(string text, int length = 80) => text.Length <= length ? text : text[..length] + "...";

    private string Text(ref Utf8JsonReader reader, Place place, ReportField field)
    {
        if (!JsonText.TryOf(ref reader, out var text))
        {
            bag.Report(TlsReportRules.TextNotUnicode, $"{ReportFields.NameOf(field)} has characters that are no Unicode.", location: place.Of(field));
        }

        return text;
    }

    private void AddText(List<string> texts, string text, Place place, ReportField field)
    {
        if (text.Length == 0)
        {
            return; // an empty string stands for no policy or no host
        }

        if (field == ReportField.PolicyString && text[0] == '[' && PolicyText.TryNested(text) is { } nested)
        {
            bag.Report(TlsReportRules.PolicyStringNested, $"policy-string holds a JSON array within a string.", location: place.Of(field));
            texts.AddRange(nested);
        }
        else if (field == ReportField.PolicyString && text.Contains('\n', StringComparison.Ordinal))
        {
            bag.Report(TlsReportRules.PolicyStringNested, $"policy-string holds several lines in one string.", location: place.Of(field));
            texts.AddRange(text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        }
        else if (field == ReportField.MxHost && text.StartsWith("mx:", StringComparison.OrdinalIgnoreCase))
        {
            bag.Report(TlsReportRules.MxHostPrefixed, $"mx-host is '{Short(text)}', a line of the policy instead of a host.", location: place.Of(field));
            texts.Add(text[3..].Trim());
        }
        else
        {
            texts.Add(text);
        }
    }

    private void ReportLone(Place place, ReportField field)
    {
        if (field == ReportField.MxHost)
        {
            bag.Report(TlsReportRules.MxHostNotArray, location: place.Of(field));
        }
        else
        {
            bag.Report(TlsReportRules.FieldType, $"{ReportFields.NameOf(field)} is a string; it has to be an array.", location: place.Of(field));
        }
    }

    private string Raw(ref Utf8JsonReader reader)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return Encoding.UTF8.GetString(json.Span[start..(int)reader.BytesConsumed]);
    }

    private static string Kind(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "true or false",
        JsonTokenType.Null => "null",
        _ => "a string",
    };
}
