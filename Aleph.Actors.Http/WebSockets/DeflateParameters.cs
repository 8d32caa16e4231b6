namespace Aleph.Actors.Http.WebSockets;

/// <summary>What both ends agreed on for permessage-deflate (RFC 7692 7.1).</summary>
internal sealed record DeflateParameters
{
    public const string Extension = "permessage-deflate";
    public const string ServerNoTakeoverName = "server_no_context_takeover";
    public const string ClientNoTakeoverName = "client_no_context_takeover";
    public const string ServerBitsName = "server_max_window_bits";
    public const string ClientBitsName = "client_max_window_bits";
    public const int LeastBits = 8;
    public const int MostBits = 15;

    /// <summary>Whether the server's messages never refer to earlier ones.</summary>
    public bool ServerNoTakeover { get; init; }

    /// <summary>Whether the client's messages never refer to earlier ones.</summary>
    public bool ClientNoTakeover { get; init; }

    /// <summary>The server's window, 8 to 15.</summary>
    public int ServerBits { get; init; } = MostBits;

    /// <summary>The client's window, 8 to 15.</summary>
    public int ClientBits { get; init; } = MostBits;

    /// <summary>Whether messages from that end never refer to earlier ones.</summary>
    public bool NoTakeoverFrom(WebSocketRole role) =>
        role == WebSocketRole.Server ? ServerNoTakeover : ClientNoTakeover;

    /// <summary>The window of that end.</summary>
    public int WindowBitsOf(WebSocketRole role) => role == WebSocketRole.Server ? ServerBits : ClientBits;
}
