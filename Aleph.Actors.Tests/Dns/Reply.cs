using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Aleph.Actors.Tests.Dns;

/// <summary>Builds what a name server says, right or wrong.</summary>
internal sealed class Reply
{
    private readonly List<byte> _records = [];
    private readonly byte[] _question;
    private readonly int[] _counts = new int[3];
    private ushort _id;
    private ushort _flags = 0x8180;
    private int _questions = 1;

    private Reply(ushort id, byte[] question)
    {
        _id = id;
        _question = question;
    }

    public static Reply To(DnsAsk ask) => new(ask.Id, ask.Octets[12..ask.QuestionEnd]);

    public static Reply To(string name, int type) => new(7, [.. NameOf(name), .. UInt16(type), 0, 1]);

    public static byte[] NameOf(string name) =>
        [.. name.Split('.').SelectMany(x => Encoding.ASCII.GetBytes(x).Prepend((byte)x.Length)), 0];

    public static byte[] UInt16(int value) => [(byte)(value >> 8), (byte)value];

    public Reply Code(int code)
    {
        _flags |= (ushort)code;
        return this;
    }

    public Reply Flags(ushort flags)
    {
        _flags = flags;
        return this;
    }

    public Reply Truncated()
    {
        _flags |= 0x0200;
        return this;
    }

    public Reply WithoutQuestion()
    {
        _questions = 0;
        return this;
    }

    public Reply OtherId()
    {
        _id ^= 0x5555;
        return this;
    }

    /// <summary>Makes a count in the header say something else than what follows; 0 are the answers.</summary>
    public Reply Claim(int section, int count)
    {
        _counts[section] = count;
        return this;
    }

    public Reply Address(string name, string address, uint ttl = 60)
    {
        var octets = IPAddress.Parse(address).GetAddressBytes();
        return Record(0, NameOf(name), octets.Length == 4 ? 1 : 28, ttl, octets);
    }

    public Reply Cname(string name, string target, uint ttl = 60) => Record(0, NameOf(name), 5, ttl, NameOf(target));

    public Reply Soa(uint ttl, uint minimum) => Record(
        1, NameOf("example"), 6, ttl,
        [.. NameOf("ns.example"), .. NameOf("mail.example"), .. new byte[16], .. UInt32(minimum)]);

    public Reply Referral() => Record(1, NameOf("example"), 2, 60, NameOf("ns.example"));

    public Reply Opt(byte upperCode) => Record(2, [0], 41, (uint)upperCode << 24, []);

    public Reply Record(int section, byte[] name, int type, uint ttl, byte[] data)
    {
        _counts[section]++;
        _records.AddRange([.. name, .. UInt16(type), 0, 1, .. UInt32(ttl), .. UInt16(data.Length), .. data]);
        return this;
    }

    public Reply Raw(params byte[] octets)
    {
        _records.AddRange(octets);
        return this;
    }

    public byte[] ToArray() =>
    [
        .. UInt16(_id), .. UInt16(_flags), .. UInt16(_questions),
        .. UInt16(_counts[0]), .. UInt16(_counts[1]), .. UInt16(_counts[2]),
        .. _questions == 0 ? [] : _question, .. _records,
    ];

    /// <summary>With its length before it, as over TCP.</summary>
    public byte[] ToFrame() => [.. UInt16(ToArray().Length), .. ToArray()];

    private static byte[] UInt32(uint value)
    {
        var octets = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(octets, value);
        return octets;
    }
}
