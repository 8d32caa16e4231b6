using System.Numerics;
using System.Runtime.InteropServices;

namespace Aleph.Actors.Http.WebSockets;

/// <summary>The masking of a client's payload (RFC 6455 5.3), which is its own inverse.</summary>
internal static class Masking
{
    /// <summary>Masks or unmasks <paramref name="source"/> into <paramref name="target"/>; both may be the same
    /// memory.</summary>
    /// <param name="source">Any number of octets.</param>
    /// <param name="target">At least as long.</param>
    /// <param name="key">The four octets of the key as they lie in memory.</param>
    /// <param name="offset">How many octets of the payload came before these.</param>
    public static void Apply(ReadOnlySpan<byte> source, Span<byte> target, uint key, long offset)
    {
        var turn = (int)(offset & 3) * 8;
        key = BitConverter.IsLittleEndian ? BitOperations.RotateRight(key, turn) : BitOperations.RotateLeft(key, turn);
        var at = 0;
        if (Vector.IsHardwareAccelerated && source.Length >= Vector<byte>.Count)
        {
            var mask = Vector.AsVectorByte(new Vector<uint>(key));
            for (; at <= source.Length - Vector<byte>.Count; at += Vector<byte>.Count)
                (new Vector<byte>(source[at..]) ^ mask).CopyTo(target[at..]);
        }

        for (; at <= source.Length - sizeof(uint); at += sizeof(uint))
        {
            var word = MemoryMarshal.Read<uint>(source[at..]) ^ key;
            MemoryMarshal.Write(target[at..], in word);
        }

        if (at == source.Length)
            return;
        Span<byte> octets = stackalloc byte[sizeof(uint)];
        MemoryMarshal.Write(octets, in key);
        for (var i = 0; at < source.Length; at++, i++)
            target[at] = (byte)(source[at] ^ octets[i]);
    }
}
