using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Aleph.Actors;
using Aleph.Actors.Http;

namespace Soak.Servers;

/// <summary>All servers, in an actor system of their own.</summary>
internal sealed class Stage
{
    private static readonly IPEndPoint AnyPort = new(IPAddress.Loopback, 0);

    private readonly ActorSystem _system;

    public Stage(ActorSystem system)
    {
        _system = system;
        Http = new SoakServer("http", AnyPort, ServeHttp(null));
        TcpEcho = new SoakServer("tcp-echo", AnyPort, ServeEcho(null));
        All = [Http, TcpEcho];
    }

    public SoakServer Http { get; }

    public SoakServer TcpEcho { get; }

    public IReadOnlyList<SoakServer> All { get; }

    public Task StartAsync() => Task.WhenAll(All.Select(server => server.StartAsync()));

    public Task StopAsync() => Task.WhenAll(All.Select(server => server.StopAsync()));

    private Func<EndPoint, string, Task<ServerBinding>> ServeHttp(TlsServerSettings? tls)
    {
        var settings = _system.Http().Settings;
        return (at, name) => _system.Http().ServeAsync(
            HttpServerHandler.Of(Routes.All()),
            settings with { Tcp = settings.Tcp with { EndPoint = at, Tls = tls } },
            name);
    }

    private Func<EndPoint, string, Task<ServerBinding>> ServeEcho(TlsServerSettings? tls) => (at, name) =>
        _system.AlephTcp().ServeAsync(
            connection => connection.Input.CopyToAsync(connection.Output),
            _system.AlephTcp().Settings with { EndPoint = at, Tls = tls },
            name);
}
