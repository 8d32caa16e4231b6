namespace Aleph.Actors.Http;

/// <summary>
/// How one request is sent, where it differs from its client's way. Null means: as the client does. A time of
/// <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> means no limit. Immutable: change with <c>with</c>.
/// </summary>
public sealed record RequestOptions
{
    /// <summary>Everything as the client does.</summary>
    public static RequestOptions None { get; } = new();

    /// <summary>How long the request may take in all, its answer's body included.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>How long it may wait for a connection.</summary>
    public TimeSpan? QueueTimeout { get; init; }

    /// <summary>How long the server may take not one byte of it.</summary>
    public TimeSpan? SendTimeout { get; init; }

    /// <summary>How long the head of the answer may take once the request was sent.</summary>
    public TimeSpan? ResponseTimeout { get; init; }

    /// <summary>How long the answer's body may pause while somebody wants to read it.</summary>
    public TimeSpan? ReadTimeout { get; init; }

    /// <summary>The longest body of the answer in bytes, at least 0.</summary>
    public long? MaxBodySize { get; init; }

    /// <summary>
    /// Whether an answer is taken whose body ends with the connection. Where it is not, such an answer fails.
    /// </summary>
    public bool? AllowDelimitedByClose { get; init; }

    /// <summary>Called with each interim answer (100, 102, 103) and its fields. On the turn: must not block.</summary>
    public Action<HttpStatus, HttpHeaders>? OnInterim { get; init; }
}
