using System.Text;
using EmailSecurity.Findings;
using EmailSecurity.Text;

namespace EmailSecurity.MtaSts;

/// <summary>A policy as it comes, octets or text: read only where it is UTF-8 of a bounded size.</summary>
internal static class MtaStsPolicyBody
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static TestResult Read(ReadOnlySpan<byte> utf8, string domain)
    {
        if (utf8.Length > MtaStsPolicy.MaxSize)
        {
            return TooLarge(utf8.Length, domain);
        }

        string text;
        try
        {
            text = StrictUtf8.GetString(utf8);
        }
        catch (DecoderFallbackException)
        {
            return NotUtf8(domain, utf8);
        }
        return new MtaStsPolicyReader().Run(text, domain);
    }

    public static TestResult Read(string text, string domain)
    {
        // A UTF-16 unit is at least one octet of UTF-8 and at most three: only texts in between need counting.
        if (text.Length > MtaStsPolicy.MaxSize)
        {
            return TooLarge(text.Length, domain);
        }

        if (!Ascii.IsValid(text))
        {
            try
            {
                if (StrictUtf8.GetByteCount(text) is > MtaStsPolicy.MaxSize and var octets)
                {
                    return TooLarge(octets, domain);
                }
            }
            catch (EncoderFallbackException)
            {
                return NotUtf8(domain, []);
            }
        }
        return new MtaStsPolicyReader().Run(text, domain);
    }

    private static TestResult TooLarge(long octets, string domain)
    {
        var bag = new FindingBag();
        bag.Report(MtaStsRules.PolicyTooLarge, $"The policy has {octets} octets or more; senders may stop reading at {MtaStsPolicy.MaxSize}.");
        return TestResult.From(MtaStsPolicyReader.Mechanism, bag.Items, null, domain);
    }

    private static TestResult NotUtf8(string domain, ReadOnlySpan<byte> body)
    {
        var bag = new FindingBag();
        bag.Report(MtaStsRules.PolicyNotUtf8, ByteOrderMark.IsUtf16(body) ? "The policy is UTF-16, not UTF-8." : "The policy is not UTF-8.");
        return TestResult.From(MtaStsPolicyReader.Mechanism, bag.Items, null, domain);
    }
}
