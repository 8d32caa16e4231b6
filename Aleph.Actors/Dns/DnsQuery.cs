using System.Security.Cryptography;
using Aleph.Actors.Dns.Wire;

namespace Aleph.Actors.Dns;

/// <summary>One query as it is sent, and which answers are its own (RFC 5452, 9.1).</summary>
internal sealed class DnsQuery
{
    private readonly byte[] _octets = new byte[QueryWriter.MaxLength];
    private readonly int _length;
    private readonly ushort _id;

    public DnsQuery(DnsQuestion question, DnsSettings settings, bool edns)
    {
        Question = question;
        _id = (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1);
        _length = QueryWriter.Write(
            _octets, _id, question, settings.RecursionDesired, edns ? settings.MaxPayloadSize : null);
    }

    public DnsQuestion Question { get; }

    public ReadOnlyMemory<byte> Octets => _octets.AsMemory(0, _length);

    /// <summary>Whether this answers the query. An error may come without the question (RFC 6891, 7).</summary>
    public bool IsAnsweredBy(DnsMessage head) =>
        head.Id == _id
        && (head.Question is { } question ? question == Question : head.Code is not DnsResponseCode.NoError);
}
