using System.Net;
using Akka.Actor;
using Aleph.Actors;
using Aleph.Actors.Http;

namespace Soak.Servers;

/// <summary>A proxy of our own server and clients: forwards http urls, and tunnels where it is told CONNECT.</summary>
internal sealed class ProxyServer(ActorSystem system) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly AlephHttpClient _client = system.Http().CreateClient(HttpPoolSettings.Default);

    public ValueTask<HttpResponse> HandleAsync(HttpRequest request) =>
        request.Method == HttpMethods.Connect ? TunnelAsync(request) : ForwardAsync(request);

    public async ValueTask DisposeAsync() => await _client.CloseAsync(Patience);

    private async ValueTask<HttpResponse> ForwardAsync(HttpRequest request)
    {
        var url = new Uri(request.Target);
        var forwarded = new HttpRequest(
            request.Method, url, EndToEnd(request.Headers).Without("Host"), request.Body);
        var response = await _client.SendAsync(forwarded, request.Aborted);
        return response.WithHeaders(EndToEnd(response.Headers));
    }

    // Those of the one connection are not the other's (RFC 9110 7.6.1).
    private static HttpHeaders EndToEnd(HttpHeaders headers) =>
        headers.Without("Connection").Without("Keep-Alive").Without("Transfer-Encoding");

    private async ValueTask<HttpResponse> TunnelAsync(HttpRequest request)
    {
        var origin = await system.AlephTcp().ConnectAsync(
            IPEndPoint.Parse(request.Target), system.AlephTcp().ClientSettings, request.Aborted);
        return HttpResponse.Tunnel(client => JoinAsync(client, origin));
    }

    private static async Task JoinAsync(DuplexConnection client, DuplexConnection origin)
    {
        await using (origin)
            await Task.WhenAll(CopyAsync(client, origin), CopyAsync(origin, client));
    }

    private static async Task CopyAsync(DuplexConnection from, DuplexConnection to)
    {
        try
        {
            await from.Input.CopyToAsync(to.Output);
            to.CompleteOutput();
        }
        catch (IOException)
        {
            // One side broke off, so the other is told.
            from.Abort();
            to.Abort();
        }
    }
}
