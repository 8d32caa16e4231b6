using System.Buffers.Binary;
using System.Net;

namespace Aleph.Actors.Dns.Wire;

/// <summary>
/// Reads what name servers send (RFC 1035, 4.1). Whatever the octets are, the result is a message or false, within time
/// that is linear in their number.
/// </summary>
internal ref struct MessageReader
{
    /// <summary>How many records of a message are looked at; what follows is not.</summary>
    public const int MaxRecords = 1024;

    public const int HeaderLength = 12;

    private const ushort Internet = 1;
    private const int AnswerFlag = 0x8000;
    private const int OpcodeMask = 0x7800;
    private const int AuthoritativeFlag = 0x0400;
    private const int TruncatedFlag = 0x0200;

    private readonly ReadOnlySpan<byte> _message;
    private int _at;
    private int _recordsLeft = MaxRecords;

    private MessageReader(ReadOnlySpan<byte> message)
    {
        _message = message;
        _at = HeaderLength;
    }

    /// <summary>Reads an answer's header and question only: what tells whose answer it is.</summary>
    public static bool TryReadHead(ReadOnlySpan<byte> octets, out DnsMessage message)
    {
        var reader = new MessageReader(octets);
        return reader.TryReadHead(out message);
    }

    /// <summary>Reads a whole answer.</summary>
    public static bool TryRead(ReadOnlySpan<byte> octets, out DnsMessage message)
    {
        var reader = new MessageReader(octets);
        return reader.TryReadHead(out message) && (message.IsTruncated || reader.TryReadSections(ref message));
    }

    private bool TryReadHead(out DnsMessage message)
    {
        message = null!;
        if (_message.Length < HeaderLength)
            return false;
        var flags = UInt16(2);
        var questions = UInt16(4);
        if ((flags & AnswerFlag) == 0 || (flags & OpcodeMask) != 0 || questions > 1)
            return false;
        DnsQuestion? question = null;
        if (questions == 1 && !TryReadQuestion(out question))
            return false;
        message = new DnsMessage
        {
            Id = UInt16(0),
            Code = (DnsResponseCode)(flags & 0xF),
            IsAuthoritative = (flags & AuthoritativeFlag) != 0,
            IsTruncated = (flags & TruncatedFlag) != 0,
            Question = question,
        };
        return true;
    }

    private bool TryReadQuestion(out DnsQuestion? question)
    {
        question = null;
        if (!WireName.TryRead(_message, ref _at, out var name) || _at + 4 > _message.Length)
            return false;
        var good = UInt16(_at + 2) == Internet;
        question = new DnsQuestion(name, (DnsRecordType)UInt16(_at));
        _at += 4;
        return good;
    }

    private bool TryReadSections(ref DnsMessage message)
    {
        var answers = new List<DnsRecord>();
        var authority = new List<DnsRecord>();
        int? upperCode = null;
        if (!TryReadRecords(UInt16(6), answers, ref upperCode)
            || !TryReadRecords(UInt16(8), authority, ref upperCode)
            || !TryReadRecords(UInt16(10), into: null, ref upperCode))
        {
            return false;
        }

        var soa = authority.FindIndex(static x => x.Type is DnsRecordType.Soa);
        answers.RemoveAll(static x => x.Type is not (DnsRecordType.A or DnsRecordType.Aaaa or DnsRecordType.Cname));
        message = message with
        {
            Code = (DnsResponseCode)((int)message.Code | ((upperCode ?? 0) << 4)),
            Answers = answers,
            Authority = soa < 0 ? null : authority[soa],
            IsReferral = soa < 0 && answers.Count == 0 && !message.IsAuthoritative
                && authority.Exists(static x => x.Type is DnsRecordType.NS),
        };
        return true;
    }

    private bool TryReadRecords(int count, List<DnsRecord>? into, ref int? upperCode)
    {
        for (; count > 0 && _recordsLeft > 0; count--, _recordsLeft--)
        {
            if (!TryReadRecord(into, ref upperCode))
                return false;
        }

        return true;
    }

    private bool TryReadRecord(List<DnsRecord>? into, ref int? upperCode)
    {
        if (!WireName.TryRead(_message, ref _at, out var name) || _at + 10 > _message.Length)
            return false;
        var type = (DnsRecordType)UInt16(_at);
        var isInternet = UInt16(_at + 2) == Internet;
        var ttl = UInt32(_at + 4);
        var data = _at + 10;
        var end = data + UInt16(_at + 8);
        _at = end;
        if (end > _message.Length)
            return false;
        if (type is DnsRecordType.Opt)
            upperCode = (int)(ttl >> 24);
        if (into is null || !isInternet)
            return true;
        var record = new DnsRecord(name, type, Seconds(ttl));
        if (!TryReadData(ref record, data, end))
            return false;
        into.Add(record);
        return true;
    }

    private readonly bool TryReadData(ref DnsRecord record, int at, int end)
    {
        switch (record.Type)
        {
            case DnsRecordType.A or DnsRecordType.Aaaa:
                if (end - at != (record.Type is DnsRecordType.A ? 4 : 16))
                    return false;
                record = record with { Address = new IPAddress(_message[at..end]) };
                return true;
            case DnsRecordType.Cname:
                if (!WireName.TryRead(_message, ref at, out var target) || at != end)
                    return false;
                record = record with { Target = target };
                return true;
            case DnsRecordType.Soa:
                if (!WireName.TrySkip(_message, ref at) || !WireName.TrySkip(_message, ref at) || at + 20 != end)
                    return false;
                record = record with { NegativeTtl = Math.Min(record.Ttl, Seconds(UInt32(at + 16))) };
                return true;
            default:
                return true;
        }
    }

    // RFC 2181, 8: a lifetime with the first bit set is none.
    private static int Seconds(uint ttl) => ttl > int.MaxValue ? 0 : (int)ttl;

    private readonly ushort UInt16(int at) => BinaryPrimitives.ReadUInt16BigEndian(_message[at..]);

    private readonly uint UInt32(int at) => BinaryPrimitives.ReadUInt32BigEndian(_message[at..]);
}
