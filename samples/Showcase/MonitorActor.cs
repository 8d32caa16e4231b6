using System.Text.Json;
using Akka.Actor;
using Aleph.Actors;

namespace Showcase;

/// <summary>
/// Watches every server by the library's own messages, and publishes a picture of all twice a second. Knows the servers
/// by name, so that pages can ask for a connection's facts, or crash it.
/// </summary>
internal sealed class MonitorActor(LiveFeed feed, Latency latency) : UntypedActor, IWithTimers
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.5);

    private readonly Dictionary<string, IActorRef> _servers = [];
    private readonly Dictionary<string, IActorRef> _watchers = [];
    private readonly SortedDictionary<int, ServerView> _views = [];
    private readonly List<string> _order = [];
    private LoadView _load = new(0, 0, null);
    private (long Requests, long Bytes, long At)? _before;
    private (string Name, string Address, UdpBinding Socket)? _udp;

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Timers.StartPeriodicTimer("tick", Tick.Instance, Interval);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Watch watch:
                OnWatch(watch);
                break;
            case WatchUdp udp:
                _udp = (udp.Name, udp.Address, udp.Socket);
                Place(udp.Name);
                break;
            case ServerView view:
                _views[Place(view.Name)] = view;
                break;
            case LoadView load:
                _load = load;
                break;
            case Find find:
                Sender.Tell(new Found(_servers.GetValueOrDefault(find.Server)));
                break;
            case Terminated terminated:
                foreach (var (name, _) in _servers.Where(s => s.Value.Equals(terminated.ActorRef)).ToList())
                    _servers.Remove(name);
                break;
            case Tick:
                Publish();
                break;
        }
    }

    private void OnWatch(Watch watch)
    {
        if (_watchers.TryGetValue(watch.Name, out var former))
            Context.Stop(former);
        var watcher = Context.ActorOf(Props.Create(() => new ServerWatcher(watch)));
        _watchers[watch.Name] = watcher;
        _servers[watch.Name] = Context.Watch(watch.Server);
        Place(watch.Name);
    }

    private int Place(string name)
    {
        if (!_order.Contains(name))
            _order.Add(name);
        return _order.IndexOf(name);
    }

    private void Publish()
    {
        if (_udp is { } udp)
            _views[Place(udp.Name)] = ViewOf(udp.Name, udp.Address, udp.Socket.Statistics);
        var servers = _views.Values.ToList();
        var requests = servers.Sum(s => s.Requests);
        var bytes = servers.Sum(s => s.BytesReceived + s.BytesSent);
        var now = TimeProvider.System.GetTimestamp();
        var elapsed = _before is { } before ? TimeProvider.System.GetElapsedTime(before.At, now).TotalSeconds : 0;
        var picture = new Picture(
            Rate(requests, _before?.Requests, elapsed),
            Rate(bytes, _before?.Bytes, elapsed),
            servers.Sum(s => s.Open),
            latency.Take(),
            _load,
            servers);
        _before = (requests, bytes, now);
        feed.Publish(JsonSerializer.Serialize(picture, PictureJson.Default.Picture));
    }

    // A server that was started anew counts from zero.
    private static double Rate(long now, long? before, double elapsed) =>
        elapsed <= 0 || before is null ? 0 : Math.Round(Math.Max(0, now - before.Value) / elapsed, 1);

    private static ServerView ViewOf(string name, string address, UdpSocketProtocol.Statistics socket) => new(
        name, "UDP", address, "open", 0, 0, socket.Received, socket.ReceivedBytes, socket.SentBytes, 1, 0, []);

    /// <summary>A server, in place of the one of that name.</summary>
    internal sealed record Watch(string Name, string Kind, string Address, IActorRef Server);

    /// <summary>A UDP socket.</summary>
    internal sealed record WatchUdp(string Name, string Address, UdpBinding Socket);

    /// <summary>Which server has that name? Answer: <see cref="Found"/>.</summary>
    internal sealed record Find(string Server);

    /// <summary>That one; null where there is none.</summary>
    internal sealed record Found(IActorRef? Server);

    private sealed class Tick
    {
        public static Tick Instance { get; } = new();
    }
}
