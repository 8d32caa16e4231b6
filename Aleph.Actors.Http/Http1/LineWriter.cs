using System.Buffers.Text;
using System.Text;

namespace Aleph.Actors.Http.Http1;

/// <summary>
/// Renders the lines of a head into room that is known to suffice. Nothing that an application gave can end a line
/// early: names and values were checked when they were set, and what does not fit an octet becomes '?'.
/// </summary>
internal ref struct LineWriter(Span<byte> room)
{
    // Encoding.Latin1 would look for similar letters (U+010A becomes 'C').
    private static readonly Encoding Latin1 =
        Encoding.GetEncoding("iso-8859-1", new EncoderReplacementFallback("?"), DecoderFallback.ExceptionFallback);

    private readonly Span<byte> _room = room;

    public int Written { get; private set; }

    /// <summary>The octets of these field lines.</summary>
    public static int SizeOf(HttpHeaders headers)
    {
        var size = 0;
        foreach (var field in headers.AsSpan())
            size += field.Name.Length + field.Value.Length + 4;
        return size;
    }

    public void Write(ReadOnlySpan<byte> octets)
    {
        octets.CopyTo(_room[Written..]);
        Written += octets.Length;
    }

    public void WriteField(in HttpField field)
    {
        WriteText(field.Name);
        Write(": "u8);
        WriteText(field.Value);
        Write("\r\n"u8);
    }

    public void WriteStatus(int code, string reasonPhrase)
    {
        Write("HTTP/1.1 "u8);
        WriteNumber(code);
        Write(" "u8);
        WriteText(reasonPhrase);
        Write("\r\n"u8);
    }

    /// <summary>Writes what tells the end of the body: Content-Length or Transfer-Encoding.</summary>
    public void WriteFraming(BodyFraming framing, long length)
    {
        if (framing == BodyFraming.Chunked)
            Write("Transfer-Encoding: chunked\r\n"u8);
        if (framing != BodyFraming.Length)
            return;
        Write("Content-Length: "u8);
        WriteNumber(length);
        Write("\r\n"u8);
    }

    public void WriteText(string text) => Written += Latin1.GetBytes(text, _room[Written..]);

    private void WriteNumber(long number)
    {
        Utf8Formatter.TryFormat(number, _room[Written..], out var count);
        Written += count;
    }
}
