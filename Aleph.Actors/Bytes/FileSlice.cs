using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Aleph.Actors.Bytes;

/// <summary>
/// A range of an open file as a part of an <see cref="OutputBuffer"/>, which owns it and with it the file. A transport
/// that can sends it without passing it through memory; for any other it is read piece by piece, which blocks.
/// </summary>
internal sealed class FileSlice(SafeFileHandle file, long offset, long length) : OutputSlice
{
    private const int PieceSize = 16 * 1024;

    private long _remaining = length;
    private byte[]? _piece;

    /// <summary>The file.</summary>
    public SafeFileHandle File => file;

    /// <summary>How many bytes it had in the beginning.</summary>
    public long Length { get; } = length;

    /// <summary>Where the first unsent byte is.</summary>
    public long Offset { get; private set; } = offset;

    /// <inheritdoc/>
    public override long Remaining => _remaining;

    /// <summary>Why the rest can never be sent; null while it can.</summary>
    public string? Fault { get; set; }

    /// <summary>Whether it must pass through memory, because its file system knows no other way.</summary>
    public bool IsUnsendable { get; set; }

    /// <summary>The next bytes, at most <paramref name="limit"/>; empty when they cannot be read, and then <see
    /// cref="Fault"/> says why. Valid until the next call.</summary>
    public override ReadOnlyMemory<byte> Read(int limit)
    {
        _piece ??= ArrayPool<byte>.Shared.Rent(PieceSize);
        var wanted = (int)Math.Min(Math.Min(limit, _piece.Length), Remaining);
        try
        {
            var count = RandomAccess.Read(file, _piece.AsSpan(0, wanted), Offset);
            if (count == 0)
                HasBecomeShorter();
            return _piece.AsMemory(0, count);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Fault = fault.Message;
            return default;
        }
    }

    /// <summary>Notes that the file ends before the slice.</summary>
    public void HasBecomeShorter() => Fault = "A file has become shorter while it was sent.";

    /// <inheritdoc/>
    public override void Advance(int count)
    {
        Offset += count;
        _remaining -= count;
    }

    /// <summary>Closes the file.</summary>
    public override void Dispose()
    {
        file.Dispose();
        if (_piece is { } piece)
            ArrayPool<byte>.Shared.Return(piece);
        _piece = null;
    }
}
