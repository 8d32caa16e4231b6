namespace Aleph.Actors.Http.Http1;

/// <summary>
/// The head of a request: its line, its fields, and what they mean. Immutable; a reader may give the same twice.
/// </summary>
internal sealed class RequestHead
{
    private readonly RequestTarget _target;
    private readonly FieldFacts _facts;
    private string? _path;
    private string? _query;

    public RequestHead(string method, RequestTarget target, int minorVersion, HttpHeaders headers, in FieldFacts facts)
    {
        Method = method;
        MinorVersion = minorVersion;
        Headers = headers;
        _target = target;
        _facts = facts;
        _path = target.Path;
    }

    public string Method { get; }

    /// <summary>The target as sent.</summary>
    public string Target => _target.Text;

    /// <summary>0 or 1.</summary>
    public int MinorVersion { get; }

    public HttpHeaders Headers { get; }

    /// <summary>
    /// Decoded but for %2F, without dot segments; "/" where the target names none; "" for <c>*</c> and CONNECT.
    /// </summary>
    public string Path => _path ??= _target.PathStart == 0 && _target.PathEnd == Target.Length
        ? Target
        : Target[_target.PathStart.._target.PathEnd];

    /// <summary>What follows the question mark, as sent; null when there is none.</summary>
    public string? Query => _target.PathEnd >= Target.Length ? null : _query ??= Target[(_target.PathEnd + 1)..];

    /// <summary>The authority of the target, else the Host field, else "" (HTTP/1.0 only).</summary>
    public string Host => _target.Authority ?? _facts.Host ?? "";

    public BodyKind BodyKind =>
        _facts.IsChunked ? BodyKind.Chunked : _facts.ContentLength > 0 ? BodyKind.Length : BodyKind.None;

    /// <summary>The length of the body; null for a chunked one.</summary>
    public long? ContentLength => _facts.IsChunked ? null : Math.Max(0, _facts.ContentLength);

    /// <summary>Whether the client wants to use the connection again (RFC 9112 9.3).</summary>
    public bool KeepAlive => !_facts.Closes && (MinorVersion > 0 || _facts.KeepsAlive);

    /// <summary>Whether the client may wait for 100 before it sends the body (RFC 9110 10.1.1).</summary>
    public bool ExpectsContinue => MinorVersion > 0 && _facts.ExpectsContinue && BodyKind != BodyKind.None;

    /// <summary>Whether there is an expectation that nobody knows: the answer is 417.</summary>
    public bool HasUnknownExpectation => MinorVersion > 0 && _facts.HasUnknownExpectation;

    /// <summary>The Upgrade field where Connection lists it (RFC 9110 7.8), else null.</summary>
    public string? UpgradeProtocols => MinorVersion > 0 ? _facts.Upgrade : null;

    /// <summary>What the fields mean; the same for any request with the same fields.</summary>
    public ref readonly FieldFacts Facts => ref _facts;

    public bool IsConnect => Method == HttpMethods.Connect;

    /// <summary>What is wrong with line and fields taken together; null when nothing is.</summary>
    public static ProtocolError? Fault(string method, in RequestTarget target, int minorVersion, in FieldFacts facts)
    {
        if (minorVersion > 0 && string.IsNullOrEmpty(facts.Host))
            return Http1Errors.MissingHost();
        if (target.Authority is { } authority && !string.IsNullOrEmpty(facts.Host)
            && !HostSyntax.Same(facts.Host, authority, target.DefaultPort))
        {
            return Http1Errors.HostDiffers(facts.Host, authority);
        }

        return facts.FramingFault(minorVersion, method == HttpMethods.Connect);
    }
}
