namespace Aleph.Actors.Dns.Wire;

/// <summary>What a name server says of a query (RFC 1035, 4.1.1; RFC 6891, 9). Others are possible.</summary>
internal enum DnsResponseCode
{
    NoError = 0,
    FormatError = 1,
    ServerFailure = 2,
    NameError = 3,
    NotImplemented = 4,
    Refused = 5,
    BadVersion = 16,
}
