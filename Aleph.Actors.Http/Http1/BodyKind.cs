namespace Aleph.Actors.Http.Http1;

/// <summary>How the end of a request's body is found (RFC 9112 6.3).</summary>
internal enum BodyKind
{
    /// <summary>There is no body, or one of length 0.</summary>
    None,

    /// <summary>By Content-Length, above 0.</summary>
    Length,

    /// <summary>By the last chunk.</summary>
    Chunked,
}
