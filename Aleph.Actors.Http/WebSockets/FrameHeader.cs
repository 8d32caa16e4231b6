using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Aleph.Actors.Http.WebSockets;

/// <summary>
/// The header of a frame (RFC 6455 5.2): what its two to fourteen octets say, before any rule is applied.
/// </summary>
/// <param name="First">FIN, the reserved bits and the opcode.</param>
/// <param name="Length">The payload's length in octets; negative where its highest bit is set.</param>
/// <param name="IsMinimal">Whether the length was in its shortest form.</param>
/// <param name="IsMasked">Whether there is a key.</param>
/// <param name="Key">The four octets of the masking key as they lie in memory; 0 without one.</param>
/// <param name="Size">The header's own length in octets.</param>
internal readonly record struct FrameHeader(
    byte First, long Length, bool IsMinimal, bool IsMasked, uint Key, int Size)
{
    public const byte Fin = 0x80;
    public const byte Rsv1 = 0x40;
    public const byte OtherReserved = 0x30;
    public const byte OpcodeBits = 0x0F;
    public const byte MaskBit = 0x80;
    public const int LongestControl = 125;
    public const int Longest = 14;

    private const int Length16 = 126;
    private const int Length64 = 127;

    public bool IsFinal => (First & Fin) != 0;

    /// <summary>Reads a header; false when it is not complete.</summary>
    public static bool TryRead(ReadOnlySpan<byte> data, out FrameHeader header)
    {
        header = default;
        if (data.Length < 2)
            return false;
        var (length, isMasked) = (data[1] & ~MaskBit, (data[1] & MaskBit) != 0);
        var keyAt = length switch { Length16 => 4, Length64 => 10, _ => 2 };
        var size = keyAt + (isMasked ? 4 : 0);
        if (data.Length < size)
            return false;
        (long full, long least) = length switch
        {
            Length16 => (BinaryPrimitives.ReadUInt16BigEndian(data[2..]), Length16),
            Length64 => (BinaryPrimitives.ReadInt64BigEndian(data[2..]), ushort.MaxValue + 1),
            _ => ((long)length, 0L),
        };
        var key = isMasked ? MemoryMarshal.Read<uint>(data[keyAt..]) : 0;
        header = new FrameHeader(data[0], full, full < 0 || full >= least, isMasked, key, size);
        return true;
    }

    /// <summary>Writes a header in its shortest form; answers its length in octets.</summary>
    public static int Write(Span<byte> target, byte first, int length, uint? key)
    {
        var mask = key is null ? (byte)0 : MaskBit;
        target[0] = first;
        var size = 2;
        if (length < Length16)
        {
            target[1] = (byte)(mask | length);
        }
        else if (length <= ushort.MaxValue)
        {
            target[1] = (byte)(mask | Length16);
            BinaryPrimitives.WriteUInt16BigEndian(target[2..], (ushort)length);
            size = 4;
        }
        else
        {
            target[1] = (byte)(mask | Length64);
            BinaryPrimitives.WriteInt64BigEndian(target[2..], length);
            size = 10;
        }

        if (key is not { } octets)
            return size;
        MemoryMarshal.Write(target[size..], in octets);
        return size + sizeof(uint);
    }
}
