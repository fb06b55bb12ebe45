using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace EmailSecurity.Reports;

/// <summary>A value to show as code.</summary>
/// <param name="Text">The value.</param>
internal readonly record struct CodeValue(string Text);

/// <summary>
/// Writes a language of markup from interpolated strings: what stands in the source is markup, and every value in a hole is encoded. There is no way to add a
/// value as markup, so that no template can forget to encode one.
/// </summary>
internal abstract class TemplateWriter
{
    /// <summary>What was written.</summary>
    protected StringBuilder Written { get; } = new();

    /// <summary>Adds markup with encoded values.</summary>
    [SuppressMessage("Performance", "CA1822", Justification = "The handler writes to this instance.")]
    public void Add([InterpolatedStringHandlerArgument("")] ref Template template) => _ = template;

    /// <summary>All that was added, and begins again.</summary>
    public string Take()
    {
        var all = Written.ToString();
        Written.Clear();
        return all;
    }

    /// <summary>Writes a value as text.</summary>
    protected abstract void Encode(string? value);

    /// <summary>Writes a value as code.</summary>
    protected virtual void Code(string value) => Encode(value);

    /// <summary>The holes of a template.</summary>
    [InterpolatedStringHandler]
    public readonly ref struct Template
    {
        private readonly TemplateWriter writer;

        public Template(int literalLength, int formattedCount, TemplateWriter writer)
        {
            this.writer = writer;
            writer.Written.EnsureCapacity(writer.Written.Length + literalLength + (formattedCount * 16));
        }

        public void AppendLiteral(string value) => writer.Written.Append(value);

        public void AppendFormatted(string? value) => writer.Encode(value);

        public void AppendFormatted(CodeValue value) => writer.Code(value.Text);

        public void AppendFormatted(long value) => writer.Written.Append(value.ToString(CultureInfo.InvariantCulture));

        public void AppendFormatted(double value) => writer.Written.Append(value.ToString("0.##", CultureInfo.InvariantCulture));
    }
}
