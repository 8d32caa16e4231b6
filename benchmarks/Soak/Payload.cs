using System.Buffers.Binary;

namespace Soak;

/// <summary>Bytes that anybody can make again from their seed, so that every one of them can be checked.</summary>
internal static class Payload
{
    private const int PieceSize = 8 * 1024;

    public static byte[] Bytes(long seed, int length)
    {
        var bytes = new byte[length];
        Fill(bytes, seed, 0);
        return bytes;
    }

    /// <summary>The same bytes in pieces, whose sizes differ.</summary>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> PiecesAsync(long seed, int length)
    {
        var bytes = Bytes(seed, length);
        for (int at = 0, size = 1; at < length; at += size)
        {
            size = Math.Min((int)((at * 7L + 1) % PieceSize) + 1, length - at);
            yield return bytes.AsMemory(at, size);
            await Task.Yield();
        }
    }

    /// <summary>Lower-case letters, where text is needed.</summary>
    public static string Text(long seed, int length) => string.Create(length, seed, static (text, seed) =>
    {
        for (var i = 0; i < text.Length; i++)
            text[i] = (char)('a' + (byte)(Mix(seed, i) % 26));
    });

    /// <exception cref="WrongContentException">The bytes are not those of the seed.</exception>
    public static void Check(ReadOnlySpan<byte> bytes, long seed, int length)
    {
        if (bytes.Length != length)
            throw new WrongContentException($"{bytes.Length} bytes came, not {length}");
        var at = bytes.CommonPrefixLength(Bytes(seed, length));
        if (at < length)
            throw new WrongContentException($"byte {at} of {length} differs");
    }

    public static void Check<T>(T actual, T expected)
    {
        if (!EqualityComparer<T>.Default.Equals(actual, expected))
            throw new WrongContentException($"'{actual}' came, not '{expected}'");
    }

    private static void Fill(Span<byte> bytes, long seed, long block)
    {
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, Mix(seed, block++));
        for (var (i, last) = (0, Mix(seed, block)); i < bytes.Length; i++)
            bytes[i] = (byte)(last >> (8 * i));
    }

    // SplitMix64.
    private static ulong Mix(long seed, long index)
    {
        var z = (ulong)seed * 0x9E3779B97F4A7C15 + (ulong)(index + 1) * 0xD1B54A32D192ED03;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
