namespace Aleph.Actors.Http.Http1;

/// <summary>
/// How much of a head, of chunk framing and of trailers a peer may send. Sizes in octets; each limit itself is allowed.
/// </summary>
internal sealed record Http1Limits
{
    public static Http1Limits Default { get; } = new();

    /// <summary>The request or status line without its CRLF; beyond: 414.</summary>
    public int MaxRequestLine { get; init; } = 8 * 1024;

    /// <summary>All field lines with their CRLF, trailers included; beyond: 431.</summary>
    public int MaxHeaderBytes { get; init; } = 32 * 1024;

    /// <summary>Field lines, trailers included; beyond: 431.</summary>
    public int MaxHeaderCount { get; init; } = 100;

    /// <summary>Empty lines before a request line (RFC 9112 2.2); beyond: 400.</summary>
    public int MaxLeadingCrlf { get; init; } = 8;

    /// <summary>What may follow the size in one chunk line; beyond: 400.</summary>
    public int MaxChunkExtension { get; init; } = 256;

    /// <summary>What may follow the sizes in all chunk lines of one body; beyond: 400.</summary>
    public int MaxChunkExtensionTotal { get; init; } = 16 * 1024;

    /// <summary>Interim answers before a final one.</summary>
    public int MaxInterim { get; init; } = 16;
}
