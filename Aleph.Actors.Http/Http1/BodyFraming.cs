namespace Aleph.Actors.Http.Http1;

/// <summary>How the end of an answer's body is told (RFC 9112 6.3).</summary>
internal enum BodyFraming
{
    /// <summary>Neither Content-Length nor Transfer-Encoding: the answer has no body.</summary>
    None,

    /// <summary>By Content-Length.</summary>
    Length,

    /// <summary>By the last chunk.</summary>
    Chunked,

    /// <summary>By the end of the connection.</summary>
    Close,
}
