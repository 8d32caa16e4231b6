using System.Globalization;
using System.Numerics;
using System.Text;
using Akka;
using Akka.IO;
using Akka.Streams.Dsl;

namespace LengthPrefixed;

/// <summary>
/// The protocol: each request and each response is UTF-8 text behind its length in four bytes, big endian. Requests may
/// be sent ahead; responses come in their order.
/// </summary>
internal static class Protocol
{
    private const int MaxLength = 64 * 1024;

    /// <summary>Texts from and to the bytes of a connection.</summary>
    public static BidiFlow<string, ByteString, ByteString, string, NotUsed> Frames { get; } =
        BidiFlow.FromFunction<string, ByteString, ByteString, string>(
                ByteString.FromString, bytes => bytes.ToString(Encoding.UTF8))
            .Atop(Framing.SimpleFramingProtocol(MaxLength));

    /// <summary>Answers requests: a word and its arguments.</summary>
    public static string Answer(string request)
    {
        // Bytes that are no UTF-8 come back as three each; more than a frame holds would end the connection.
        var answer = Reply(request);
        return Encoding.UTF8.GetByteCount(answer) <= MaxLength ? answer : "the answer would be too long";
    }

    private static string Reply(string request) => request.Split(' ', 2) switch
    {
        ["ECHO", var text] => text,
        ["UPPER", var text] => text.ToUpperInvariant(),
        ["REVERSE", var text] => string.Concat(text.Reverse()),
        ["ADD", var numbers] => Sum(numbers.Split(' ')),
        _ => "unknown: " + request,
    };

    // Of any size: a sum that overflows would fail the stream, and so cost the client its connection.
    private static string Sum(string[] numbers)
    {
        var sum = BigInteger.Zero;
        foreach (var text in numbers)
        {
            if (!BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
                return "no number: " + text;
            sum += number;
        }

        return sum.ToString(CultureInfo.InvariantCulture);
    }
}
