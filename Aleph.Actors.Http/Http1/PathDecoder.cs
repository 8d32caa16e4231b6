using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Aleph.Actors.Http.Http1;

/// <summary>
/// Turns the path of a target into what handlers see: percent-decoded as UTF-8 but for %2F, dot segments removed
/// (RFC 3986 2.1, 5.2.4).
/// </summary>
internal static class PathDecoder
{
    /// <summary>Whether the path is its own decoded form.</summary>
    public static bool IsPlain(ReadOnlySpan<byte> path) => !path.Contains((byte)'%') && path.IndexOf("/."u8) < 0;

    /// <summary>
    /// Decodes a path that starts with a slash; null with <paramref name="error"/> where that is impossible.
    /// </summary>
    public static string? Decode(ReadOnlySpan<byte> path, out ProtocolError? error)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(path.Length);
        try
        {
            error = TryUnescape(path, buffer, out var length);
            if (error is not null)
                return null;
            length = RemoveDotSegments(buffer.AsSpan(0, length));
            return Encoding.UTF8.GetString(buffer.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static ProtocolError? TryUnescape(ReadOnlySpan<byte> path, Span<byte> output, out int length)
    {
        length = 0;
        for (var i = 0; i < path.Length; i++)
        {
            var octet = path[i];
            if (octet == '%')
            {
                if (i + 2 >= path.Length || !char.IsAsciiHexDigit((char)path[i + 1])
                    || !char.IsAsciiHexDigit((char)path[i + 2]))
                {
                    return Http1Errors.InvalidPath("a '%' without two hexadecimal digits", path);
                }

                var decoded = (byte)((ChunkLine.HexValue(path[i + 1]) << 4) | ChunkLine.HexValue(path[i + 2]));
                if (decoded == 0)
                    return Http1Errors.InvalidPath("an escaped NUL", path);
                if (decoded != '/')
                {
                    octet = decoded;
                    i += 2;
                }
            }

            output[length++] = octet;
        }

        return Utf8.IsValid(output[..length]) ? null : Http1Errors.InvalidPath("escapes that are not UTF-8", path);
    }

    /// <summary>In place: the output never overtakes the input.</summary>
    private static int RemoveDotSegments(Span<byte> path)
    {
        var written = 0;
        for (var start = 0; start < path.Length;)
        {
            // A segment with its slash in front.
            var next = path[(start + 1)..].IndexOf((byte)'/');
            var end = next < 0 ? path.Length : start + 1 + next;
            var segment = path[(start + 1)..end];
            var isParent = segment.SequenceEqual(".."u8);
            if (isParent)
                written = Math.Max(0, path[..written].LastIndexOf((byte)'/'));
            if (!isParent && !segment.SequenceEqual("."u8))
            {
                path[start..end].CopyTo(path[written..]);
                written += end - start;
            }
            else if (end == path.Length)
            {
                path[written++] = (byte)'/';
            }

            start = end;
        }

        return written;
    }
}
