using Aleph.Actors.Http;
using Aleph.Actors.Tests.Conformance;

namespace Aleph.Actors.Tests.WebSockets;

/// <summary>An echo server on a loopback port, for peers that are programs of their own.</summary>
internal static class PeerHost
{
    public static Task<HttpHost> EchoAsync(Func<WebSocketSettings, WebSocketSettings>? change = null)
    {
        var settings = WebSocketSettings.Default with { MaxMessageSize = 64 << 20 };
        return HttpHost.StartAsync(
            request => new(Answer(request)),
            HttpServerSettings.Default with { WebSocket = change?.Invoke(settings) ?? settings });
    }

    private static HttpResponse Answer(HttpRequest request)
    {
        var options = new WebSocketOptions { SubProtocols = ["echo"] };
        return request.Path switch
        {
            "/forbidden" => HttpResponse.Text("no", 403),
            "/close" => HttpResponse.WebSocket(
                request, (socket, _) => new(socket.CloseAsync(4001, "server closes")), options),
            _ => HttpResponse.WebSocket(request, (socket, message) => socket.SendAsync(message), options),
        };
    }
}
