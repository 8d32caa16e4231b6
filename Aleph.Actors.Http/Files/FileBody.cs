using System.Buffers;
using System.Runtime.CompilerServices;
using Aleph.Actors.Bytes;
using Microsoft.Win32.SafeHandles;

namespace Aleph.Actors.Http.Files;

/// <summary>Bytes to send before a range of a file, and the range.</summary>
internal readonly record struct FilePart(ReadOnlyMemory<byte> Before, ByteRange Range);

/// <summary>
/// Ranges of an open file, each with bytes before it. It owns the file and closes it at the end, however it comes. A
/// file that has become shorter fails the body, and with it the connection.
/// </summary>
internal sealed class FileBody(SafeFileHandle file, FilePart[] parts, ReadOnlyMemory<byte> after = default) : HttpBody
{
    private const int ElementSize = 64 * 1024;

    public override long? Length { get; } = parts.Sum(x => x.Before.Length + x.Range.Length) + after.Length;

    internal override FileSlice? TakeSlice(long mark) =>
        parts is [{ Before.IsEmpty: true, Range: var range }] && after.IsEmpty
        ? new FileSlice(file, range.Offset, range.Length)
        : null;

    internal override async IAsyncEnumerable<ReadOnlyMemory<byte>> Open(
        IBodyContext? context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ElementSize);
        try
        {
            foreach (var part in parts)
            {
                if (!part.Before.IsEmpty)
                    yield return part.Before;
                for (var sent = 0L; sent < part.Range.Length;)
                {
                    var wanted = (int)Math.Min(buffer.Length, part.Range.Length - sent);
                    var count = await RandomAccess.ReadAsync(
                        file, buffer.AsMemory(0, wanted), part.Range.Offset + sent, cancellationToken)
                        .ConfigureAwait(false);
                    if (count == 0)
                        throw new EndOfStreamException("The file has become shorter while it was sent.");
                    yield return buffer.AsMemory(0, count);
                    sent += count;
                }
            }

            if (!after.IsEmpty)
                yield return after;
        }
        finally
        {
            file.Dispose();
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    internal override void Discard()
    {
        if (TryClaim())
            file.Dispose();
    }
}
