namespace Aleph.Actors.Http.Http1;

/// <summary>
/// The head of an answer: its line, its fields, and what they mean. Immutable; a reader may give the same twice.
/// </summary>
internal sealed class ResponseHead(int status, string? reason, int minorVersion, HttpHeaders headers, FieldFacts facts)
{
    private readonly FieldFacts _facts = facts;

    /// <summary>100 to 999.</summary>
    public int Status => status;

    /// <summary>The reason phrase where it is not the standard one, else null.</summary>
    public string? Reason => reason;

    /// <summary>0 or 1.</summary>
    public int MinorVersion => minorVersion;

    public HttpHeaders Headers => headers;

    /// <summary>Whether the final answer is still to come (RFC 9110 15.2). 101 is final.</summary>
    public bool IsInterim => status is < 200 and not 101;

    /// <summary>What Content-Length says; -1 when it is absent.</summary>
    public long ContentLength => _facts.ContentLength;

    /// <summary>Whether the server wants to use the connection again (RFC 9112 9.3).</summary>
    public bool KeepAlive => !_facts.Closes && (minorVersion > 0 || _facts.KeepsAlive);

    /// <summary>The Upgrade field where Connection lists it (RFC 9110 7.8), else null.</summary>
    public string? Upgrade => _facts.Upgrade;

    /// <summary>How the end of the body is found, for an answer to <paramref name="method"/> (RFC 9112 6.3).</summary>
    public BodyFraming Framing(string method)
    {
        if (status is < 200 or 204 or 304 || method == HttpMethods.Head || IsTunnel(method))
            return BodyFraming.None;
        if (_facts.IsChunked)
            return BodyFraming.Chunked;
        return _facts.ContentLength >= 0 ? BodyFraming.Length : BodyFraming.Close;
    }

    /// <summary>Whether the connection is something else after this head (RFC 9110 7.8, 9.3.6).</summary>
    public bool IsTunnel(string method) =>
        status == 101 || (method == HttpMethods.Connect && status is >= 200 and < 300);

    /// <summary>What the fields say about the body that must not be said; null when nothing is wrong.</summary>
    public ProtocolError? Fault() => status is < 200 or 204 ? null : _facts.FramingFault(minorVersion, false);
}
