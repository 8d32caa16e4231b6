using System.Buffers.Binary;
using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Aleph.Actors.Transports.ProxyProtocol;

/// <summary>
/// Reads a PROXY protocol header, version 1 or 2, as HAProxy's specification has it. Bytes in, a header out; keeps
/// nothing. A header longer than 4 KiB is refused.
/// </summary>
internal static class ProxyHeaderCodec
{
    /// <summary>The most bytes that a header may have; the specification allows 107 for version 1.</summary>
    public const int MaxLength = 4096;

    private const int MaxLine = 107;
    private const int FixedLength = 16;
    private const int MaxUnixPath = 108;

    private static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    private static ReadOnlySpan<byte> LineStart => "PROXY "u8;

    /// <summary>Reads the header at the beginning of <paramref name="data"/>.</summary>
    public static ProxyHeaderResult Read(ReadOnlySpan<byte> data)
    {
        if (data.Length == 0)
            return ProxyHeaderResult.NeedMore;
        if (IsPrefix(data, Signature))
            return data.Length < FixedLength ? ProxyHeaderResult.NeedMore : ReadBinary(data);
        if (IsPrefix(data, LineStart))
            return ReadLine(data);
        return ProxyHeaderResult.Absent;
    }

    /// <summary>Whether these bytes can be nothing but a header, whole or not.</summary>
    public static bool HasBegun(ReadOnlySpan<byte> data) => data.StartsWith(Signature) || data.StartsWith(LineStart);

    private static bool IsPrefix(ReadOnlySpan<byte> data, ReadOnlySpan<byte> start)
    {
        var count = Math.Min(data.Length, start.Length);
        return data[..count].SequenceEqual(start[..count]);
    }

    private static ProxyHeaderResult ReadLine(ReadOnlySpan<byte> data)
    {
        var line = data[..Math.Min(data.Length, MaxLine)];
        var end = line.IndexOf("\r\n"u8);
        if (end < 0)
        {
            return data.Length < MaxLine
                ? ProxyHeaderResult.NeedMore
                : Error("The line of a PROXY header has no end within 107 bytes.");
        }

        var words = Encoding.ASCII.GetString(line[LineStart.Length..end]).Split(' ');
        var header = words switch
        {
            ["UNKNOWN", ..] => new ProxyHeader(1, null, null),
            ["TCP4", var from, var to, var fromPort, var toPort] =>
                Header(Address(from, fromPort, AddressFamily.InterNetwork),
                    Address(to, toPort, AddressFamily.InterNetwork)),
            ["TCP6", var from, var to, var fromPort, var toPort] =>
                Header(Address(from, fromPort, AddressFamily.InterNetworkV6),
                    Address(to, toPort, AddressFamily.InterNetworkV6)),
            _ => null,
        };
        return header is null
            ? Error("The line of a PROXY header is not TCP4 or TCP6 with two addresses and two ports, or UNKNOWN.")
            : new ProxyHeaderResult(ProxyHeaderState.Complete, end + 2, header, null);
    }

    private static ProxyHeader? Header(EndPoint? source, EndPoint? destination) =>
        source is null || destination is null ? null : new ProxyHeader(1, source, destination);

    private static IPEndPoint? Address(string text, string portText, AddressFamily family)
    {
        var port = Encoding.ASCII.GetBytes(portText);
        var isPort = Utf8Parser.TryParse(port, out ushort number, out var used) && used == port.Length
            && (port.Length == 1 || port[0] != '0');
        return isPort && IsPlain(text, family) && IPAddress.TryParse(text, out var address)
            && address.AddressFamily == family
            ? new IPEndPoint(address, number)
            : null;
    }

    // The parser of the platform also takes "1", "0x7f.1", octal "010.0.0.1" and scopes, which proxies do not send.
    private static bool IsPlain(string text, AddressFamily family) => family == AddressFamily.InterNetwork
        ? text.Split('.') is { Length: 4 } parts && parts.All(IsDecimal)
        : text.All(c => char.IsAsciiHexDigit(c) || c is ':' or '.');

    private static bool IsDecimal(string part) =>
        part.Length is 1 or 2 or 3 && part.All(char.IsAsciiDigit) && (part.Length == 1 || part[0] != '0');

    private static ProxyHeaderResult ReadBinary(ReadOnlySpan<byte> data)
    {
        var length = BinaryPrimitives.ReadUInt16BigEndian(data[14..]);
        if (FixedLength + length > MaxLength)
            return Error($"A PROXY header of {FixedLength + length} bytes; at most {MaxLength} are read.");
        if (data[12] is not (0x20 or 0x21))
            return Error($"A PROXY header with version and command 0x{data[12]:x2}; 0x20 and 0x21 are known.");
        if (data.Length < FixedLength + length)
            return ProxyHeaderResult.NeedMore;
        var rest = data.Slice(FixedLength, length);
        var addressLength = AddressLength(data[13]);
        var isLocal = data[12] == 0x20;
        if (addressLength > length && !isLocal)
            return Error($"A PROXY header whose addresses take {addressLength} of its {length} bytes.");
        var header = isLocal ? new ProxyHeader(2, null, null) : Addresses(data[13], rest);
        var fields = new List<ProxyField>();
        if (!isLocal && addressLength >= 0 && !TryReadFields(rest[addressLength..], fields))
            return Error("A PROXY header with an addition that is longer than what is left.");
        return new ProxyHeaderResult(
            ProxyHeaderState.Complete, FixedLength + length, header with { Fields = fields }, null);
    }

    // -1 where the family is unknown, so that nothing of the rest can be told apart.
    private static int AddressLength(byte family) => (family >> 4) switch
    {
        0 => 0,
        1 => 12,
        2 => 36,
        3 => 2 * MaxUnixPath,
        _ => -1,
    };

    private static ProxyHeader Addresses(byte family, ReadOnlySpan<byte> rest) => (family >> 4, family & 15) switch
    {
        (1, 1) => new ProxyHeader(2, IpAt(rest, 0, 4, 8), IpAt(rest, 4, 4, 10)),
        (2, 1) => new ProxyHeader(2, IpAt(rest, 0, 16, 32), IpAt(rest, 16, 16, 34)),
        (3, 1) => new ProxyHeader(2, UnixAt(rest[..MaxUnixPath]), UnixAt(rest.Slice(MaxUnixPath, MaxUnixPath))),
        _ => new ProxyHeader(2, null, null),
    };

    private static IPEndPoint IpAt(ReadOnlySpan<byte> rest, int at, int size, int portAt) =>
        new(new IPAddress(rest.Slice(at, size)), BinaryPrimitives.ReadUInt16BigEndian(rest[portAt..]));

    private static UnixDomainSocketEndPoint? UnixAt(ReadOnlySpan<byte> path)
    {
        var end = path.IndexOf((byte)0);
        var text = Encoding.UTF8.GetString(end < 0 ? path : path[..end]);
        try
        {
            return text.Length == 0 ? null : new UnixDomainSocketEndPoint(text);
        }
        catch (ArgumentException)
        {
            // The platform allows shorter paths than the header does: no address, as where none is named.
            return null;
        }
    }

    private static bool TryReadFields(ReadOnlySpan<byte> rest, List<ProxyField> fields)
    {
        while (rest.Length > 0)
        {
            if (rest.Length < 3)
                return false;
            var length = BinaryPrimitives.ReadUInt16BigEndian(rest[1..]);
            if (rest.Length < 3 + length)
                return false;
            fields.Add(new ProxyField(rest[0], rest.Slice(3, length).ToArray()));
            rest = rest[(3 + length)..];
        }

        return true;
    }

    private static ProxyHeaderResult Error(string what) => new(ProxyHeaderState.Broken, 0, null, what);
}

/// <summary>What <see cref="ProxyHeaderCodec"/> found.</summary>
internal enum ProxyHeaderState
{
    /// <summary>The bytes so far may become a header.</summary>
    NeedMore,

    /// <summary>A whole header.</summary>
    Complete,

    /// <summary>The bytes are something else.</summary>
    Absent,

    /// <summary>The bytes begin as a header and are none.</summary>
    Broken,
}

/// <summary>An answer of <see cref="ProxyHeaderCodec"/>.</summary>
/// <param name="State">What was found.</param>
/// <param name="Consumed">How many bytes the header has.</param>
/// <param name="Header">The header, when complete.</param>
/// <param name="Error">What is wrong, when broken.</param>
internal readonly record struct ProxyHeaderResult(
    ProxyHeaderState State, int Consumed, ProxyHeader? Header, string? Error)
{
    public static ProxyHeaderResult NeedMore => new(ProxyHeaderState.NeedMore, 0, null, null);

    public static ProxyHeaderResult Absent => new(ProxyHeaderState.Absent, 0, null, null);
}
