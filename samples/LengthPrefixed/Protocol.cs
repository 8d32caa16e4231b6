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
    public static string Answer(string request) => request.Split(' ', 2) switch
    {
        ["ECHO", var text] => text,
        ["UPPER", var text] => text.ToUpperInvariant(),
        ["REVERSE", var text] => string.Concat(text.Reverse()),
        ["ADD", var numbers] => Sum(numbers.Split(' ')).ToString(CultureInfo.InvariantCulture),
        _ => "unknown: " + request,
    };

    // Of any size: a sum that overflows would fail the stream, and so cost the client its connection.
    private static BigInteger Sum(string[] numbers) => numbers.Aggregate(
        BigInteger.Zero,
        (sum, text) => long.TryParse(text, CultureInfo.InvariantCulture, out var number) ? sum + number : sum);
}
