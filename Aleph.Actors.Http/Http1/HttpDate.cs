using System.Buffers.Text;

namespace Aleph.Actors.Http.Http1;

/// <summary>The date format of the wire, IMF-fixdate (RFC 9110 5.6.7): <c>Sun, 06 Nov 1994 08:49:37 GMT</c>.</summary>
internal static class HttpDate
{
    /// <summary>The octets of every date.</summary>
    public const int Length = 29;

    /// <summary>Writes a date, in UTC, fractions of a second cut off.</summary>
    /// <returns><see cref="Length"/>.</returns>
    /// <exception cref="ArgumentException">There are fewer than <see cref="Length"/> octets of room.</exception>
    public static int Format(DateTimeOffset time, Span<byte> output) =>
        Utf8Formatter.TryFormat(time.ToUniversalTime(), output, out var written, 'R')
            ? written
            : throw new ArgumentException($"A date needs {Length} octets of room, not {output.Length}.", nameof(output));
}

/// <summary>The line <c>Date: ...</c> with its CRLF, rendered anew when the second changes. For one thread at a time.</summary>
internal struct DateLine
{
    private const string Prefix = "Date: ";

    private byte[]? _line;
    private long _second;

    /// <summary>The line for a moment.</summary>
    public ReadOnlySpan<byte> At(DateTimeOffset now)
    {
        var second = now.ToUnixTimeSeconds();
        if (_line is not null && second == _second)
            return _line;
        // A new array: the old line may still be read by whoever asked for it.
        var line = new byte[Prefix.Length + HttpDate.Length + 2];
        "Date: "u8.CopyTo(line);
        HttpDate.Format(now, line.AsSpan(Prefix.Length));
        "\r\n"u8.CopyTo(line.AsSpan(Prefix.Length + HttpDate.Length));
        _second = second;
        return _line = line;
    }
}
