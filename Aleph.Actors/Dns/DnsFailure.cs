namespace Aleph.Actors;

/// <summary>Why a host has no addresses, or why nobody could say.</summary>
public enum DnsFailure
{
    /// <summary>The name does not exist (NXDOMAIN).</summary>
    NotFound,

    /// <summary>The name exists, without an address of the families asked for (NODATA, RFC 2308).</summary>
    NoData,

    /// <summary>No name server answered in time.</summary>
    Timeout,

    /// <summary>The name servers said that they cannot tell now (SERVFAIL), or cannot do it at all (NOTIMP).</summary>
    ServerFailure,

    /// <summary>The name servers refuse to answer (REFUSED).</summary>
    Refused,

    /// <summary>No name server could be reached: nothing listens there, or no way leads there.</summary>
    Unreachable,

    /// <summary>What the name servers answered cannot be understood, or runs in a circle.</summary>
    BadAnswer,

    /// <summary>The host is no name that DNS could hold (RFC 1035, 2.3.4), and no address.</summary>
    BadName,

    /// <summary>A limit of the settings was reached: queries per look-up, or look-ups at a time.</summary>
    LimitExceeded,

    /// <summary>The resolver has stopped, with its actor system or by itself.</summary>
    Stopped,
}
