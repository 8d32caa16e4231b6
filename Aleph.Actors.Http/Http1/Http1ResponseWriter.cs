using System.Buffers;
using System.Buffers.Text;

namespace Aleph.Actors.Http.Http1;

/// <summary>
/// Renders answers (RFC 9112 4, 5, 7.1), straight into the output. Nothing that a handler gave can end a line early:
/// names and values were checked when they were set, and what does not fit an octet becomes '?'.
/// </summary>
internal static class Http1ResponseWriter
{
    private const int LongestNumber = 20;

    // Chunks up to this size are written in one go; larger data go in as many pieces as the writer has spans.
    private const int SmallChunk = 4 * 1024;

    /// <summary>Writes the head of a final answer, with the empty line.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="status">The status.</param>
    /// <param name="reasonPhrase">Another reason phrase than the standard one, or null.</param>
    /// <param name="headers">The handler's fields; those that the plan owns are replaced.</param>
    /// <param name="plan">The framing.</param>
    /// <param name="minorVersion">The request's minor version.</param>
    /// <param name="dateLine">The Date line with CRLF, left out where the handler set one; or empty.</param>
    /// <param name="serverLine">The Server line with CRLF, left out where the handler set one; or empty.</param>
    /// <exception cref="ArgumentException">The reason phrase holds a control character.</exception>
    public static void WriteHead(
        OutputBuffer output, HttpStatus status, string? reasonPhrase, HttpHeaders headers, in ResponsePlan plan,
        int minorVersion, ReadOnlySpan<byte> dateLine, ReadOnlySpan<byte> serverLine)
    {
        if (reasonPhrase is not null && !FieldSyntax.IsReasonPhrase(reasonPhrase))
            throw new ArgumentException(
                "The reason phrase holds a control character (RFC 9112 4).", nameof(reasonPhrase));
        var connection = ConnectionLine(status.Code, plan.KeepAlive, minorVersion);
        var keepsConnection = connection.Length == 0;
        var room = LineWriter.SizeOf(headers) + (reasonPhrase?.Length ?? 0) + dateLine.Length + serverLine.Length + 256;
        var line = new LineWriter(output.GetSpan(room));
        if (reasonPhrase is null)
            line.Write(StatusLines.Of(status));
        else
            line.WriteStatus(status.Code, reasonPhrase);
        foreach (var field in headers.AsSpan())
        {
            var kind = ResponseFields.KindOf(field.Name);
            if (kind is ResponseField.ContentLength or ResponseField.TransferEncoding
                || (kind == ResponseField.Connection && !keepsConnection
                    && ConnectionOptions.ArePersistence(field.Value)))
            {
                continue;
            }

            if (kind == ResponseField.Date)
                dateLine = default;
            else if (kind == ResponseField.Server)
                serverLine = default;
            line.WriteField(field);
        }

        line.Write(connection);
        line.WriteFraming(plan.Framing, plan.ContentLength);
        line.Write(dateLine);
        line.Write(serverLine);
        line.Write("\r\n"u8);
        output.Advance(line.Written);
    }

    /// <summary>Writes an interim answer: 100, 102, 103 (RFC 9110 15.2).</summary>
    public static void WriteInterim(OutputBuffer output, int status) => WriteInterim(output, status, HttpHeaders.Empty);

    /// <summary>Writes an interim answer with fields (RFC 8297).</summary>
    public static void WriteInterim(OutputBuffer output, int status, HttpHeaders headers)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(status, 199);
        ArgumentOutOfRangeException.ThrowIfEqual(status, 101);
        var line = new LineWriter(output.GetSpan(LineWriter.SizeOf(headers) + 128));
        line.Write(StatusLines.Of(status));
        foreach (var field in headers.AsSpan())
        {
            if (ResponseFields.KindOf(field.Name) is ResponseField.Other)
                line.WriteField(field);
        }

        line.Write("\r\n"u8);
        output.Advance(line.Written);
    }

    /// <summary>Writes one chunk. None for no data: that would be the last one (RFC 9112 7.1).</summary>
    public static void WriteChunk<T>(T writer, ReadOnlySpan<byte> data)
        where T : IBufferWriter<byte>
    {
        if (data.Length == 0)
            return;
        if (data.Length > SmallChunk)
        {
            Span<byte> size = stackalloc byte[LongestNumber];
            var length = WriteSize(size, data.Length);
            writer.Write(size[..length]);
            writer.Write(data);
            writer.Write("\r\n"u8);
            return;
        }

        var room = writer.GetSpan(data.Length + LongestNumber);
        var written = WriteSize(room, data.Length);
        data.CopyTo(room[written..]);
        written += data.Length;
        "\r\n"u8.CopyTo(room[written..]);
        writer.Advance(written + 2);
    }

    /// <summary>Begins a chunk whose data the caller writes in pieces; <see cref="WriteChunkEnd"/> follows.</summary>
    public static void WriteChunkStart<T>(T writer, int size)
        where T : IBufferWriter<byte>
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        writer.Advance(WriteSize(writer.GetSpan(LongestNumber), size));
    }

    /// <summary>Ends a chunk after its data.</summary>
    public static void WriteChunkEnd<T>(T writer)
        where T : IBufferWriter<byte> => writer.Write("\r\n"u8);

    /// <summary>
    /// Writes the last chunk and the trailers; those that may not stand there are left out (RFC 9110 6.5.1).
    /// </summary>
    public static void WriteLastChunk<T>(T writer, HttpHeaders trailers)
        where T : IBufferWriter<byte>
    {
        var line = new LineWriter(writer.GetSpan(LineWriter.SizeOf(trailers) + 8));
        line.Write("0\r\n"u8);
        foreach (var field in trailers.AsSpan())
        {
            if (TrailerFields.IsAllowed(field.Name))
                line.WriteField(field);
        }

        line.Write("\r\n"u8);
        writer.Advance(line.Written);
    }

    private static int WriteSize(Span<byte> output, int size)
    {
        Utf8Formatter.TryFormat(size, output, out var written, 'x');
        "\r\n"u8.CopyTo(output[written..]);
        return written + 2;
    }

    // 101 carries the handler's own Connection field (RFC 9110 7.8).
    private static ReadOnlySpan<byte> ConnectionLine(int status, bool keepAlive, int minorVersion)
    {
        if (status == 101)
            return default;
        if (!keepAlive)
            return "Connection: close\r\n"u8;
        return minorVersion == 0 ? "Connection: keep-alive\r\n"u8 : default;
    }
}
