using Aleph.Actors.Http;

namespace Aleph.Actors.Tests.Docs;

/// <summary>The code of docs/guide/websockets.md, run by WebSocketGuideTests.</summary>
internal static class WebSocketExamples
{
    /// <summary>Keeps a subscription alive.</summary>
    public static ReconnectingWebSocket Subscribe(AlephHttpClient client, string url, Action<string> show)
    {
        var prices = ReconnectingWebSocket.Start(
            client, url,
            (socket, message) => ShowAsync(message.Text),
            async (resumed, cancellation) =>
            {
                // Before anything else is sent, the first time and again.
                await resumed.Socket.SendAsync("subscribe EURUSD", cancellation);
                foreach (var message in resumed.Unsent)
                    await resumed.Socket.SendAsync(message, cancellation);
            });
        return prices;

        ValueTask ShowAsync(string text)
        {
            show(text);
            return default;
        }
    }
}
