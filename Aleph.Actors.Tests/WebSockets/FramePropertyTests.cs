using System.Text;
using System.Text.RegularExpressions;
using Aleph.Actors.Http.WebSockets;
using FsCheck.Xunit;
using Xunit;

namespace Aleph.Actors.Tests.WebSockets;

/// <summary>What holds for any octets.</summary>
public sealed partial class FramePropertyTests
{
    private const int Rounds = 3000;

    [Property(MaxTest = 300)]
    public bool Masking_twice_gives_the_octets_back(byte[] octets, uint key, ushort offset)
    {
        var once = new byte[octets.Length];
        Masking.Apply(octets, once, key, offset);
        for (var i = 0; i < octets.Length; i++)
        {
            if (once[i] != (octets[i] ^ BitConverter.GetBytes(key)[(i + offset) % 4]))
                return false;
        }

        Masking.Apply(once, once, key, offset);
        return once.AsSpan().SequenceEqual(octets);
    }

    [Property(MaxTest = 300)]
    public bool Utf8_is_judged_as_by_the_runtime_however_it_is_cut(byte[] octets, byte step)
    {
        var expected = System.Text.Unicode.Utf8.IsValid(octets);
        var check = new Utf8Check();
        var isValid = true;
        foreach (var piece in octets.Chunk((step % 5) + 1))
            isValid = isValid && check.Accept(piece);
        return expected == (isValid && check.IsComplete);
    }

    [Property(MaxTest = 200)]
    public bool What_one_end_writes_the_other_reads(string[] texts, byte fragment, bool fromClient, bool deflate)
    {
        var (writer, reader) = fromClient
            ? (WebSocketRole.Client, WebSocketRole.Server)
            : (WebSocketRole.Server, WebSocketRole.Client);
        var parameters = deflate ? new DeflateParameters() : null;
        using var machine = new WebSocketMachine(writer, WebSocketLimits.Default, parameters);
        var output = new OutputBuffer();
        var expected = new StringBuilder();
        foreach (var text in texts.Select(x => x ?? ""))
        {
            // Lone surrogates become U+FFFD on their way.
            var bytes = Encoding.UTF8.GetBytes(text);
            var pieces = bytes.Chunk((fragment % 7) + 1).DefaultIfEmpty([]).ToArray();
            for (var i = 0; i < pieces.Length; i++)
                machine.WritePiece(output, isText: true, pieces[i], i == pieces.Length - 1, compress: true);
            expected.Append("text ").Append(Encoding.UTF8.GetString(bytes)).Append('\n');
        }

        var wire = Take(output);
        return expected.ToString() == FrameScript.Run([wire], null, reader, parameters)
            && expected.ToString() == FrameScript.Run(wire.Chunk(7), null, reader, parameters);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    [InlineData(4, true)]
    public void Mutated_frames_read_the_same_in_every_cut(int seed, bool deflate)
    {
        var random = new Random(seed);
        var limits = new WebSocketLimits { MaxMessageSize = 300, MaxFrameSize = 200, MaxFragments = 5 };
        var parameters = deflate ? new DeflateParameters { ClientNoTakeover = seed == 4 } : null;
        for (var round = 0; round < Rounds; round++)
        {
            var octets = Mutate(Seeds[random.Next(Seeds.Length)], random);
            var whole = Run([octets]);
            var cut = random.Next(octets.Length + 1);
            var parts = Run([octets[..cut], octets[cut..]]);
            Assert.True(whole == parts, $"{Convert.ToHexString(octets)} cut at {cut}:\n{parts}\nWhole:\n{whole}");
            var single = Run(octets.Chunk(1));
            Assert.True(whole == single, $"{Convert.ToHexString(octets)}:\n{single}\nWhole:\n{whole}");
        }

        // zlib gives what it made of good octets before wrong ones, or only the fault, as the octets are cut: of two
        // faults in one compressed message either may be told.
        string Run(IEnumerable<byte[]> pieces) => FrameScript.Run(pieces, limits, deflate: parameters) is var transcript
            && deflate ? OneFault().Replace(transcript, "error 1007") : transcript;
    }

    private static readonly byte[][] Seeds =
    [
        Frames.Masked(Frames.Fin | Frames.Text, "Hello, κόσμε"u8),
        [
            .. Frames.Masked(Frames.Binary, [1, 2]), .. Frames.Masked(Frames.Fin | Frames.Ping),
            .. Frames.Masked(Frames.Fin),
        ],
        Frames.Masked(Frames.Fin | Frames.Binary, new byte[150]),
        Frames.Masked(Frames.Fin | Frames.Close, Frames.ClosePayload(1001, "going")),
        Frames.Masked(Frames.Fin | Frames.Rsv1 | Frames.Text, Frames.Hex("f2 48 cd c9 c9 07 00")),
        [
            .. Frames.Masked(Frames.Rsv1 | Frames.Text, Frames.Hex("f2 48")),
            .. Frames.Masked(Frames.Fin, Frames.Hex("cd c9 c9 07 00")),
            .. Frames.Masked(Frames.Fin | Frames.Rsv1 | Frames.Text, Frames.Hex("f2 00 11 00 00")),
        ],
    ];

    [GeneratedRegex("error 1007: invalid_(text|compression)|error 1009: message_too_large")]
    private static partial Regex OneFault();

    private static byte[] Take(OutputBuffer output)
    {
        var all = new List<byte>();
        while (output.Length > 0)
        {
            var part = output.Peek(int.MaxValue);
            all.AddRange(part.Span);
            output.Consume(part.Length);
        }

        return [.. all];
    }

    private static byte[] Mutate(byte[] original, Random random)
    {
        var bytes = original.ToList();
        for (var times = random.Next(4); times > 0; times--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2 when bytes.Count > 1:
                    bytes.RemoveAt(at);
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, random.Next(bytes.Count - at)));
                    break;
                default:
                    bytes.AddRange(Seeds[random.Next(Seeds.Length)]);
                    break;
            }
        }

        return [.. bytes];
    }
}
