using System.Buffers.Binary;

namespace Aleph.Actors.Dns.Wire;

/// <summary>Writes queries (RFC 1035, 4.1; RFC 6891, 6.1).</summary>
internal static class QueryWriter
{
    /// <summary>How many octets the longest query has.</summary>
    public const int MaxLength = HeaderLength + WireName.MaxOctets + 4 + OptLength;

    private const int HeaderLength = 12;
    private const int OptLength = 11;
    private const byte RecursionDesired = 0x01;
    private const ushort Internet = 1;

    /// <summary>Writes a query and answers its length.</summary>
    /// <param name="target">Of at least <see cref="MaxLength"/>.</param>
    /// <param name="id">Which the answer must repeat.</param>
    /// <param name="question">What is asked.</param>
    /// <param name="recursion">Whether the server is to look further itself.</param>
    /// <param name="payload">How large an answer may be over UDP; null for a query without EDNS0.</param>
    public static int Write(Span<byte> target, ushort id, DnsQuestion question, bool recursion, int? payload)
    {
        target[..HeaderLength].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(target, id);
        target[2] = recursion ? RecursionDesired : (byte)0;
        target[5] = 1;
        target[11] = payload is null ? (byte)0 : (byte)1;
        var at = HeaderLength + WireName.Write(question.Name, target[HeaderLength..]);
        BinaryPrimitives.WriteUInt16BigEndian(target[at..], (ushort)question.Type);
        BinaryPrimitives.WriteUInt16BigEndian(target[(at + 2)..], Internet);
        at += 4;
        if (payload is not { } size)
            return at;
        target.Slice(at, OptLength).Clear();
        BinaryPrimitives.WriteUInt16BigEndian(target[(at + 1)..], (ushort)DnsRecordType.Opt);
        BinaryPrimitives.WriteUInt16BigEndian(target[(at + 3)..], (ushort)size);
        return at + OptLength;
    }
}
