namespace Aleph.Actors.Http;

/// <summary>
/// What a peer did wrong, as a value. <see cref="Summary"/> may be sent to the peer; <see cref="Detail"/> holds the
/// offending bytes (escaped), values and limits, and goes to logs only.
/// </summary>
/// <param name="Status">The status to answer with.</param>
/// <param name="Code">A stable name in snake_case, for metrics and logs.</param>
/// <param name="Summary">One sentence: what was received, what is allowed, the RFC section last.</param>
/// <param name="Detail">Particulars for logs, or null.</param>
public sealed record ProtocolError(HttpStatus Status, string Code, string Summary, string? Detail = null);
