using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Aleph.Actors.Http.WebSockets;

/// <summary>Reads a client's opening handshake (RFC 6455 4.2.1).</summary>
internal static class ServerHandshake
{
    public const string Version = "13";

    private const string Guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private const int KeySize = 16;

    /// <summary>Whether a request asks for a WebSocket, well or badly.</summary>
    public static bool IsUpgrade(HttpRequest request) =>
        request.Method == HttpMethods.Get && request.Version >= System.Net.HttpVersion.Version11
        && Lists(request, "Connection", "upgrade") && Lists(request, "Upgrade", "websocket");

    /// <summary>What the request offers, or what is wrong with it.</summary>
    public static ProtocolError? Read(HttpRequest request, out HandshakeOffers offers)
    {
        offers = default;
        if (!IsUpgrade(request))
            return Wrong("not_a_websocket_request", "A WebSocket request was expected: GET of HTTP/1.1 or later with " +
                "Connection: Upgrade and Upgrade: websocket (RFC 6455 4.2.1).");
        if (request.Headers["Sec-WebSocket-Version"] is not Version)
        {
            return new ProtocolError(
                426, "websocket_version", "Sec-WebSocket-Version is not 13 (RFC 6455 4.4).");
        }

        if (request.Headers.GetAll("Sec-WebSocket-Key").ToArray() is not [var key] || !IsKey(key))
            return Wrong(
                "websocket_key", "Sec-WebSocket-Key is not one value of 16 octets in base64 (RFC 6455 4.2.1).");
        if (request.Body.Length != 0)
            return Wrong("websocket_content", "A WebSocket request has content (RFC 6455 4.1).");
        if (ExtensionItem.Parse(request.Headers.GetAll("Sec-WebSocket-Extensions")) is not { } extensions)
            return Wrong("websocket_extensions", "Sec-WebSocket-Extensions breaks its grammar (RFC 6455 9.1).");
        if (!TryReadTokens(request.Headers.GetAll("Sec-WebSocket-Protocol"), out var protocols))
            return Wrong(
                "websocket_protocols", "Sec-WebSocket-Protocol is no list of different tokens (RFC 6455 4.1).");
        offers = new HandshakeOffers(key, protocols, extensions);
        return null;
    }

    /// <summary>What Sec-WebSocket-Accept says to a key (RFC 6455 4.2.2).</summary>
    [SuppressMessage("Security", "CA5350", Justification = "RFC 6455 asks for SHA-1, and not for its strength.")]
    public static string AcceptKey(string key)
    {
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
        SHA1.HashData(Encoding.ASCII.GetBytes(key + Guid), hash);
        return Convert.ToBase64String(hash);
    }

    private static bool IsKey(string key)
    {
        Span<byte> octets = stackalloc byte[KeySize + 2];
        return key.Length == 24 && Convert.TryFromBase64String(key, octets, out var size) && size == KeySize;
    }

    private static bool Lists(HttpRequest request, string field, string token) => request.Headers.GetAll(field)
        .SelectMany(x => x.Split(',', StringSplitOptions.TrimEntries))
        .Contains(token, StringComparer.OrdinalIgnoreCase);

    private static bool TryReadTokens(IEnumerable<string> values, out List<string> tokens)
    {
        tokens = [.. values.SelectMany(x => x.Split(
            ',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];
        return tokens.All(static x => FieldSyntax.IsToken(x))
            && tokens.Distinct(StringComparer.Ordinal).Count() == tokens.Count;
    }

    private static ProtocolError Wrong(string code, string summary) => new(HttpStatus.BadRequest, code, summary);
}

/// <summary>What a client's handshake offers.</summary>
internal readonly record struct HandshakeOffers(
    string Key, IReadOnlyList<string> SubProtocols, IReadOnlyList<ExtensionItem> Extensions);
