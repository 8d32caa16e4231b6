using System.Net;
using Akka.Actor;
using Aleph.Actors;
using Aleph.Actors.Http;

namespace Showcase;

/// <summary>
/// All servers of the showcase, and where they listen. The port given is that of the page; the others follow.
/// </summary>
internal sealed class Stage
{
    private readonly Dictionary<string, string> _addresses = [];
    private readonly ActorSystem _system;
    private readonly IActorRef _monitor;
    private readonly int _port;
    private int _generation;

    private Stage(ActorSystem system, IActorRef monitor, int port) =>
        (_system, _monitor, _port) = (system, monitor, port);

    public static async Task<Stage> StartAsync(
        ActorSystem system, int port, LiveFeed feed, Uploads uploads, Latency latency)
    {
        // First: it brings the times that the phases of a shutdown have.
        var http = system.Http();
        CoordinatedShutdown.Get(system).AddTask(
            CoordinatedShutdown.PhaseBeforeServiceUnbind, "end-feed", () =>
            {
                feed.End();
                return Task.FromResult(Akka.Done.Instance);
            });
        var monitor = system.ActorOf(Props.Create(() => new MonitorActor(feed, latency)), "monitor");
        var stage = new Stage(system, monitor, port);
        var chat = new Chat(system);
        var second = new SecondServer(stage);
        var routes = new Web(feed, chat, uploads, new Controls(monitor, second)).Routes().ToHandler();

        var settings = http.Settings with { MaxBodySize = Uploads.Limit };
        await stage.ServeAsync("http", 0, routes, settings);
        await stage.ServeAsync("https", 1, routes, settings with { Tcp = settings.Tcp with { Tls = Tls() } });
        await second.StartAsync();
        await stage.ServeTcpAsync("echo", 3, connection => connection.Input.CopyToAsync(connection.Output));
        await stage.ServeTcpAsync("chat", 4, chat.ServeAsync);
        await stage.ServeUdpAsync();
        system.ActorOf(Props.Create(() => new LoadActor(monitor, $"http://{stage.Address("second")}/")), "load");
        return stage;
    }

    /// <summary>Where that server listens.</summary>
    public string Address(string name) => _addresses[name];

    /// <summary>Another address, as text.</summary>
    public string Legend() => $"""

          page      http://{Address("http")}/        (HTTP, WebSocket, server-sent events)
          the same  https://{Address("https")}/       (a certificate made for this run)
          second    http://{Address("second")}/        (under load; the page drains and restarts it)
          TCP echo  {Address("echo")}
          TCP chat  {Address("chat")}              (telnet or nc; the page's chat is the same)
          UDP echo  {Address("udp")}

        Ctrl+C drains and ends it.
        """;

    public async Task<ServerBinding> ServeAsync(
        string name, int offset, HttpHandler handler, HttpServerSettings settings)
    {
        // An actor's name is free only a moment after its end.
        var server = await _system.Http().ServeAsync(
            PortAt(name, offset), handler, settings, $"{name}-{++_generation}");
        Watch(name, "HTTP/1.1", server);
        return server;
    }

    private async Task ServeTcpAsync(string name, int offset, Func<DuplexConnection, Task> serve) =>
        Watch(name, "TCP", await _system.AlephTcp().ServeAsync(PortAt(name, offset), serve, name: name));

    private async Task ServeUdpAsync()
    {
        var udp = _system.AlephUdp();
        var endPoint = new IPEndPoint(IPAddress.Loopback, PortAt("udp", 5));
        var socket = await udp.ServeAsync(datagram => datagram, udp.Settings with { EndPoint = endPoint }, "udp");
        _addresses["udp"] = socket.LocalEndPoint.ToString();
        _monitor.Tell(new MonitorActor.WatchUdp("udp", socket.LocalEndPoint.ToString(), socket));
    }

    private void Watch(string name, string kind, ServerBinding server)
    {
        _addresses[name] = server.LocalEndPoint.ToString()!;
        _monitor.Tell(new MonitorActor.Watch(name, kind, _addresses[name], server.Actor));
    }

    // One that listened before, listens there again.
    private int PortAt(string name, int offset) => _addresses.TryGetValue(name, out var address)
        ? IPEndPoint.Parse(address).Port
        : _port == 0 ? 0 : _port + offset;

    private static TlsServerSettings Tls() => new()
    {
        Certificate = TlsCertificate.From(DevelopmentCertificate.Create()),
        ApplicationProtocols = ["http/1.1"],
    };
}
