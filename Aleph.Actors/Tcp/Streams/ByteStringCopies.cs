using System.Buffers;
using Akka.IO;

namespace Aleph.Actors.Tcp.Streams;

/// <summary>The elements of streams as spans: where they are copied into buffers.</summary>
internal static class ByteStringCopies
{
    private const int LargestCopy = 64 * 1024;

    /// <summary>Writes a part of <paramref name="bytes"/>, at most 64 KiB of it.</summary>
    /// <param name="buffer">Where to.</param>
    /// <param name="bytes">What to write; made compact when it is larger than that.</param>
    /// <param name="offset">Where the part begins.</param>
    /// <returns>How many bytes were written.</returns>
    public static int WritePart(this IBufferWriter<byte> buffer, ref ByteString bytes, int offset)
    {
        var count = Math.Min(bytes.Count - offset, LargestCopy);
        if (count == 0)
            return 0;
        if (!bytes.IsCompact && count < bytes.Count)
            bytes = bytes.Compact();
        if (bytes.IsCompact)
        {
            buffer.Write(bytes.ToReadOnlySpan().Slice(offset, count));
            return count;
        }

        var target = buffer.GetSpan(count)[..count];
        bytes.CopyTo(ref target);
        buffer.Advance(count);
        return count;
    }

    /// <summary>Writes all of <paramref name="bytes"/>.</summary>
    public static void WriteAll(this IBufferWriter<byte> buffer, ByteString bytes)
    {
        for (var done = 0; done < bytes.Count;)
            done += buffer.WritePart(ref bytes, done);
    }
}
