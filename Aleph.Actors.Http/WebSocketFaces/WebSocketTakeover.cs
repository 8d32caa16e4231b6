using System.Diagnostics.CodeAnalysis;
using Aleph.Actors.Http.WebSockets;

namespace Aleph.Actors.Http.WebSocketFaces;

/// <summary>
/// One opening handshake of a client on its way: makes the request's fields, judges the 101, and takes the connection
/// over from HTTP.
/// </summary>
internal sealed class WebSocketTakeover(
    WebSocketClientOptions options, WebSocketSettings settings, WebSocketFace face)
{
    private readonly string _key = ClientHandshake.NewKey();
    private readonly DeflateParameters? _offer = settings.Compression ? settings.Wanted(WebSocketRole.Client) : null;

    /// <summary>A ws or wss url as its http or https url (RFC 6455 3); any other text as it is.</summary>
    [return: NotNullIfNotNull(nameof(url))]
    public static string? HttpUrlOf(string? url) => IsWebSocketUrl(url) ? string.Concat("http", url.AsSpan(2)) : url;

    /// <summary>Whether it begins as a url of a WebSocket.</summary>
    public static bool IsWebSocketUrl([NotNullWhen(true)] string? url) => url is not null
        && (url.StartsWith("ws://", StringComparison.OrdinalIgnoreCase)
            || url.StartsWith("wss://", StringComparison.OrdinalIgnoreCase));

    /// <summary>The fields of the request.</summary>
    /// <exception cref="ArgumentException">A field is set by the handshake, or a sub-protocol is no token.</exception>
    public HttpHeaders RequestFields()
    {
        var fields = HttpHeaders.Of(
            ("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Key", _key),
            ("Sec-WebSocket-Version", ServerHandshake.Version));
        if (options.SubProtocols.Count > 0)
            fields = fields.Add("Sec-WebSocket-Protocol", string.Join(", ", CheckedProtocols()));
        if (_offer is not null)
            fields = fields.Add("Sec-WebSocket-Extensions", DeflateNegotiation.Offer(_offer));
        foreach (var field in options.Headers)
        {
            if (fields.Contains(field.Name) && !field.Name.Equals("Connection", StringComparison.OrdinalIgnoreCase))
                throw new ArgumentException($"The field {field.Name} is set by the handshake.", nameof(field));
            fields = fields.Add(field.Name, field.Value);
        }

        return fields;
    }

    /// <summary>The protocol that follows; null where the answer is not what was asked for.</summary>
    /// <param name="headers">The fields of the 101.</param>
    /// <param name="opened">Called once the WebSocket is open, on the turn.</param>
    /// <param name="fault">What is wrong with the answer; else null.</param>
    public IConnectionProtocol? Accept(HttpHeaders headers, Action<WebSocketConnection> opened, out string? fault)
    {
        fault = ClientHandshake.Fault(
            headers, _key, options.SubProtocols, _offer, out var protocol, out var deflate);
        if (fault is not null)
            return null;
        var extensions = deflate is null ? "" : DeflateNegotiation.Answer(deflate);
        var info = new WebSocketInfo(headers, protocol, extensions);
        var spec = new WebSocketSpec(WebSocketRole.Client, settings, info) { Deflate = deflate };
        return new ConnectionChannel(new WebSocketDriver(
            spec, face, driver => opened(new WebSocketConnection(driver, face as Inbox))));
    }

    private IReadOnlyList<string> CheckedProtocols() =>
        options.SubProtocols.All(static x => FieldSyntax.IsToken(x))
        && options.SubProtocols.Distinct(StringComparer.Ordinal).Count() == options.SubProtocols.Count
            ? options.SubProtocols
            : throw new ArgumentException("The sub-protocols are not different tokens (RFC 6455 4.1).");
}
