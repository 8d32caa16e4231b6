namespace Aleph.Actors;

/// <summary>A host could not be resolved. The text names the host, the servers asked and what each said.</summary>
public sealed class DnsException : Exception
{
    /// <summary>Made by resolvers.</summary>
    /// <param name="host">The host as it was asked for.</param>
    /// <param name="kind">Why.</param>
    /// <param name="detail">What was tried and what came of it, as a part of a sentence.</param>
    public DnsException(string host, DnsFailure kind, string detail)
        : base(LogText.Of($"Cannot resolve {host}: {detail}"))
    {
        Host = host;
        Kind = kind;
    }

    internal DnsException(DnsException cause)
        : base(cause.Message, cause)
    {
        Host = cause.Host;
        Kind = cause.Kind;
    }

    /// <summary>The host as it was asked for.</summary>
    public string Host { get; }

    /// <summary>Why.</summary>
    public DnsFailure Kind { get; }
}
