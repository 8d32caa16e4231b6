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
            : throw new ArgumentException(
                $"A date needs {Length} octets of room, not {output.Length}.", nameof(output));
}
