using Akka.Actor;
using Aleph.Actors;
using Aleph.Actors.Http;
using Soak.Servers;

namespace Soak.Traffic;

/// <summary>Every kind of good traffic, and the clients that it shares.</summary>
internal sealed class AllTraffic : IAsyncDisposable
{
    private readonly AlephHttpClient _http;

    public AllTraffic(ActorSystem clients, Stage stage)
    {
        _http = clients.Http().CreateClient(Pool());
        Kinds =
        [
            new HttpGetTraffic(_http, stage.Http, "http", "bytes"),
            new HttpGetTraffic(_http, stage.Http, "http", "chunked"),
            new EchoTraffic("TCP echo, plain sockets", stage.TcpEcho,
                token => Connecting.PlainAsync(stage.TcpEcho.EndPoint, token)),
        ];
    }

    public IReadOnlyList<ITraffic> Kinds { get; }

    public async ValueTask DisposeAsync() => await _http.CloseAsync(User.Patience);

    // An origin that was restarted is asked again before its fault is forgotten.
    private static HttpPoolSettings Pool() => HttpPoolSettings.Default with
    {
        MaxConnections = 16,
        MaxBackoff = TimeSpan.FromMilliseconds(500),
    };
}
