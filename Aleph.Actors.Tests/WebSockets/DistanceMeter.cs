namespace Aleph.Actors.Tests.WebSockets;

/// <summary>
/// A plain inflater (RFC 1951) that keeps its window from message to message and notes how far back anything referred.
/// </summary>
internal sealed class DistanceMeter : IDisposable
{
    private static readonly int[] LengthBase =
    [
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227,
        258,
    ];

    private static readonly int[] LengthBits =
        [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];

    private static readonly int[] Order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

    private readonly List<byte> _window = [];
    private byte[] _data = [];
    private int _bit;

    /// <summary>The longest distance so far.</summary>
    public int Farthest { get; private set; }

    /// <summary>Inflates octets that end with an empty stored block.</summary>
    public byte[] Inflate(byte[] data)
    {
        (_data, _bit) = (data, 0);
        var begin = _window.Count;
        while (_bit / 8 < data.Length)
            Block();
        return [.. _window.Skip(begin)];
    }

    public void Dispose() => _window.Clear();

    private void Block()
    {
        Bits(1);
        var type = Bits(2);
        if (type == 0)
        {
            Stored();
            return;
        }

        var (literals, distances) = type == 1 ? Fixed() : Dynamic();
        while (true)
        {
            var symbol = Symbol(literals);
            if (symbol == 256)
                return;
            if (symbol < 256)
                _window.Add((byte)symbol);
            else
                Match(symbol - 257, distances);
        }
    }

    private void Stored()
    {
        _bit = (_bit + 7) / 8 * 8;
        var length = Bits(16);
        Bits(16);
        _window.AddRange(_data.Skip(_bit / 8).Take(length));
        _bit += 8 * length;
    }

    private void Match(int code, Dictionary<(int Length, int Code), int> distances)
    {
        var length = LengthBase[code] + Bits(LengthBits[code]);
        var symbol = Symbol(distances);
        var extra = Math.Max(0, (symbol / 2) - 1);
        var distance = (symbol < 2 ? symbol : (2 + (symbol % 2)) << extra) + 1 + Bits(extra);
        Farthest = Math.Max(Farthest, distance);
        for (var i = 0; i < length; i++)
            _window.Add(_window[^distance]);
    }

    private static (Dictionary<(int, int), int> Literals, Dictionary<(int, int), int> Distances) Fixed()
    {
        int[] literals =
        [
            .. Enumerable.Repeat(8, 144), .. Enumerable.Repeat(9, 112), .. Enumerable.Repeat(7, 24),
            .. Enumerable.Repeat(8, 8),
        ];
        return (Codes(literals), Codes([.. Enumerable.Repeat(5, 30)]));
    }

    private (Dictionary<(int, int), int> Literals, Dictionary<(int, int), int> Distances) Dynamic()
    {
        var (literals, distances, lengths) = (Bits(5) + 257, Bits(5) + 1, Bits(4) + 4);
        var order = new int[19];
        for (var i = 0; i < lengths; i++)
            order[Order[i]] = Bits(3);
        var codes = Codes(order);
        var all = new List<int>();
        while (all.Count < literals + distances)
        {
            var symbol = Symbol(codes);
            var (value, times) = symbol switch
            {
                16 => (all[^1], 3 + Bits(2)),
                17 => (0, 3 + Bits(3)),
                18 => (0, 11 + Bits(7)),
                _ => (symbol, 1),
            };
            all.AddRange(Enumerable.Repeat(value, times));
        }

        return (Codes([.. all.Take(literals)]), Codes([.. all.Skip(literals)]));
    }

    private static Dictionary<(int Length, int Code), int> Codes(int[] lengths)
    {
        var codes = new Dictionary<(int, int), int>();
        var next = 0;
        for (var length = 1; length <= 15; length++)
        {
            next <<= 1;
            for (var symbol = 0; symbol < lengths.Length; symbol++)
            {
                if (lengths[symbol] == length)
                    codes.Add((length, next++), symbol);
            }
        }

        return codes;
    }

    private int Symbol(Dictionary<(int Length, int Code), int> codes)
    {
        var code = 0;
        for (var length = 1; ; length++)
        {
            code = (code << 1) | Bits(1);
            if (codes.TryGetValue((length, code), out var symbol))
                return symbol;
        }
    }

    private int Bits(int count)
    {
        var value = 0;
        for (var i = 0; i < count; i++, _bit++)
            value |= ((_data[_bit / 8] >> (_bit % 8)) & 1) << i;
        return value;
    }
}
