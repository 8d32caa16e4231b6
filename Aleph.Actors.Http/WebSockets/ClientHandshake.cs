using System.Security.Cryptography;

namespace Aleph.Actors.Http.WebSockets;

/// <summary>Makes a client's opening handshake and judges the answer (RFC 6455 4.1).</summary>
internal static class ClientHandshake
{
    private const int KeySize = 16;

    /// <summary>A new value of Sec-WebSocket-Key: 16 random octets in base64.</summary>
    public static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeySize));

    /// <summary>What is wrong with an answer of 101; null when the WebSocket is open.</summary>
    /// <param name="headers">Its fields.</param>
    /// <param name="key">What was sent as Sec-WebSocket-Key.</param>
    /// <param name="offered">The sub-protocols that were offered.</param>
    /// <param name="own">The compression that was offered; null for none.</param>
    /// <param name="protocol">The sub-protocol that the server chose; null for none.</param>
    /// <param name="deflate">The compression that was agreed on; null for none.</param>
    public static string? Fault(
        HttpHeaders headers, string key, IReadOnlyList<string> offered, DeflateParameters? own,
        out string? protocol, out DeflateParameters? deflate)
    {
        (protocol, deflate) = (null, null);
        if (Single(headers, "Upgrade") is not { } upgrade
            || !upgrade.Equals("websocket", StringComparison.OrdinalIgnoreCase) || !ListsUpgrade(headers))
        {
            return "The answer does not switch to websocket (RFC 6455 4.1).";
        }

        if (Single(headers, "Sec-WebSocket-Accept") != ServerHandshake.AcceptKey(key))
            return "Sec-WebSocket-Accept does not answer the key (RFC 6455 4.1).";
        if (ExtensionItem.Parse(headers.GetAll("Sec-WebSocket-Extensions")) is not { } extensions)
            return "Sec-WebSocket-Extensions breaks its grammar (RFC 6455 9.1).";
        if (!DeflateNegotiation.TryAgree(extensions, own, out deflate))
            return "Sec-WebSocket-Extensions names what was not offered (RFC 6455 4.1, RFC 7692 5.1).";
        if (!headers.Contains("Sec-WebSocket-Protocol"))
            return null;
        protocol = Single(headers, "Sec-WebSocket-Protocol");
        return protocol is not null && offered.Contains(protocol, StringComparer.Ordinal)
            ? null
            : "Sec-WebSocket-Protocol names what was not offered (RFC 6455 4.1).";
    }

    private static string? Single(HttpHeaders headers, string name) =>
        headers.GetAll(name).ToArray() is [var value] ? value : null;

    private static bool ListsUpgrade(HttpHeaders headers) => headers.GetAll("Connection")
        .SelectMany(x => x.Split(',', StringSplitOptions.TrimEntries))
        .Contains("upgrade", StringComparer.OrdinalIgnoreCase);
}
