using System.Globalization;
using System.Text;

namespace Aleph.Actors;

/// <summary>
/// Bytes for human eyes: lines of an offset, sixteen bytes in hexadecimal, and the same bytes as ASCII with a dot for
/// what does not print. Lines are separated by <c>\n</c>; the last one has none. Stateless; any thread.
/// </summary>
public static class HexDump
{
    /// <summary>How many bytes are shown unless said otherwise: 1024.</summary>
    public const int DefaultMaxBytes = 1024;

    private const int BytesALine = 16;
    private const string Digits = "0123456789abcdef";

    // Offset, two spaces, sixteen cells of three with a gap in the middle, a space, and two bars around the text.
    private const int TextColumn = 8 + 2 + (BytesALine * 3) + 1 + 1;
    private const int LineLength = TextColumn + 2 + BytesALine;

    /// <summary>The dump as a string; empty for no bytes.</summary>
    /// <param name="bytes">What to show; not changed.</param>
    /// <param name="maxBytes">At most so many bytes are shown, then a line says how many more there were; at least
    /// 0. Default <see cref="DefaultMaxBytes"/>.</param>
    public static string Format(ReadOnlySpan<byte> bytes, int maxBytes = DefaultMaxBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxBytes);
        var lines = (Math.Min((long)bytes.Length, maxBytes) + BytesALine - 1) / BytesALine;
        var text = new StringBuilder((int)Math.Min((lines * (LineLength + 1)) + 32, int.MaxValue / 2));
        Write(bytes, text, maxBytes);
        return text.ToString();
    }

    /// <summary>Appends the dump, without an allocation of its own.</summary>
    /// <inheritdoc cref="Format"/>
    public static void Write(ReadOnlySpan<byte> bytes, StringBuilder builder, int maxBytes = DefaultMaxBytes)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentOutOfRangeException.ThrowIfNegative(maxBytes);
        Span<char> line = stackalloc char[LineLength + 1];
        var shown = Math.Min(bytes.Length, maxBytes);
        for (var offset = 0; offset < shown; offset += BytesALine)
            builder.Append(line[..Line(bytes[offset..shown], offset, line)]);
        builder.Append(line[..Rest(bytes.Length, shown, line)]);
    }

    /// <summary>Writes the dump, without an allocation of its own. The writer is not flushed.</summary>
    /// <inheritdoc cref="Format"/>
    public static void Write(ReadOnlySpan<byte> bytes, TextWriter writer, int maxBytes = DefaultMaxBytes)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentOutOfRangeException.ThrowIfNegative(maxBytes);
        Span<char> line = stackalloc char[LineLength + 1];
        var shown = Math.Min(bytes.Length, maxBytes);
        for (var offset = 0; offset < shown; offset += BytesALine)
            writer.Write(line[..Line(bytes[offset..shown], offset, line)]);
        writer.Write(line[..Rest(bytes.Length, shown, line)]);
    }

    private static int Line(ReadOnlySpan<byte> bytes, int offset, Span<char> line)
    {
        var start = offset > 0 ? 1 : 0;
        line[0] = '\n';
        bytes = bytes[..Math.Min(bytes.Length, BytesALine)];
        var columns = line.Slice(start, LineLength);
        columns.Fill(' ');
        offset.TryFormat(columns, out _, "x8", CultureInfo.InvariantCulture);
        columns[TextColumn] = '|';
        for (var i = 0; i < bytes.Length; i++)
        {
            var cell = CellColumn(i);
            columns[cell] = Digits[bytes[i] >> 4];
            columns[cell + 1] = Digits[bytes[i] & 15];
            columns[TextColumn + 1 + i] = bytes[i] is >= 0x20 and < 0x7f ? (char)bytes[i] : '.';
        }

        columns[TextColumn + 1 + bytes.Length] = '|';
        return start + TextColumn + 2 + bytes.Length;
    }

    private static int CellColumn(int index) => 10 + (index * 3) + (index >= BytesALine / 2 ? 1 : 0);

    private static int Rest(int length, int shown, Span<char> line)
    {
        var more = length - shown;
        if (more == 0)
            return 0;
        line.TryWrite(
            CultureInfo.InvariantCulture,
            $"{(shown > 0 ? "\n" : "")}… {more} more {(more == 1 ? "byte" : "bytes")}",
            out var written);
        return written;
    }
}
