using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Aleph.Actors.Http.WebSockets;

/// <summary>
/// Checks that octets which come in pieces are UTF-8 (RFC 3629), and fails at the first octet that cannot belong to it.
/// </summary>
internal struct Utf8Check
{
    private const int Longest = 4;

    private uint _begun;
    private int _count;

    /// <summary>Whether no character is cut off at the end of what came so far.</summary>
    public readonly bool IsComplete => _count == 0;

    /// <summary>Whether the octets so far, with these behind them, may begin a text.</summary>
    public bool Accept(ReadOnlySpan<byte> octets)
    {
        if (_count > 0 && !Finish(ref octets))
            return false;
        var whole = octets.Length - Tail(octets);
        if (!Utf8.IsValid(octets[..whole]))
            return false;
        var rest = octets[whole..];
        if (rest.IsEmpty)
            return true;
        if (Rune.DecodeFromUtf8(rest, out _, out _) != OperationStatus.NeedMoreData)
            return false;
        foreach (var octet in rest)
            Push(octet);
        return true;
    }

    /// <summary>Completes the character that was cut off, as far as there are octets.</summary>
    private bool Finish(ref ReadOnlySpan<byte> octets)
    {
        Span<byte> character = stackalloc byte[Longest];
        while (!octets.IsEmpty)
        {
            Push(octets[0]);
            octets = octets[1..];
            for (var i = 0; i < _count; i++)
                character[i] = (byte)(_begun >> (8 * i));
            switch (Rune.DecodeFromUtf8(character[.._count], out _, out _))
            {
                case OperationStatus.Done:
                    (_begun, _count) = (0, 0);
                    return true;
                case OperationStatus.InvalidData:
                    return false;
            }
        }

        return true;
    }

    private void Push(byte octet) => _begun |= (uint)octet << (8 * _count++);

    /// <summary>How many octets at the end begin a character that is longer than what is there.</summary>
    private static int Tail(ReadOnlySpan<byte> octets)
    {
        for (var back = 1; back < Longest && back <= octets.Length; back++)
        {
            var octet = octets[^back];
            if (octet < 0x80)
                return 0;
            if (octet >= 0xC0)
                return (octet >= 0xF0 ? 4 : octet >= 0xE0 ? 3 : 2) > back ? back : 0;
        }

        return 0;
    }
}
