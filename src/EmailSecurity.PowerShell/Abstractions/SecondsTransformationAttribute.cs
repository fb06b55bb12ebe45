using System.Globalization;
using System.Management.Automation;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>Takes a number as seconds, where PowerShell alone would take it as ticks of 100 nanoseconds.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SecondsTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        var span = value switch
        {
            int or long or double or decimal => TimeSpan.FromSeconds(Convert.ToDouble(value, CultureInfo.InvariantCulture)),
            string text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) => TimeSpan.FromSeconds(seconds),
            _ => value,
        };
        return span is TimeSpan { Ticks: < 0 } ? throw new ArgumentTransformationMetadataException("A time to wait cannot be negative.") : span;
    }
}
