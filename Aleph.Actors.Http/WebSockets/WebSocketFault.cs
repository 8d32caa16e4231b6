namespace Aleph.Actors.Http.WebSockets;

/// <summary>What a peer did wrong, as a value.</summary>
/// <param name="CloseCode">The code of the Close frame that tells the peer.</param>
/// <param name="Code">A stable name in snake_case, for metrics and logs.</param>
/// <param name="Summary">One sentence for peer and log, at most 123 octets: it is the Close frame's reason.</param>
internal sealed record WebSocketFault(int CloseCode, string Code, string Summary);
