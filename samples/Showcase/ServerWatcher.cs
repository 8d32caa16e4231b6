using Akka.Actor;
using Aleph.Actors;
using Aleph.Actors.Http;

namespace Showcase;

/// <summary>
/// Subscribed to one server: knows its connections as they appear, change and end, and asks for its counters.
/// </summary>
internal sealed class ServerWatcher(MonitorActor.Watch watch) : UntypedActor, IWithTimers
{
    private const int Shown = 48;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Mourning = TimeSpan.FromSeconds(2.5);

    private readonly SortedDictionary<long, (ConnectionView View, long EndedAt)> _connections = [];
    private ServerProtocol.Statistics? _counters;
    private long _requests;
    private string _state = "open";

    public ITimerScheduler Timers { get; set; } = null!;

    private bool IsHttp => watch.Kind.StartsWith("HTTP", StringComparison.Ordinal);

    protected override void PreStart()
    {
        Context.Watch(watch.Server);
        watch.Server.Tell(new ServerProtocol.Subscribe(Self));
        Timers.StartPeriodicTimer("tick", Tick.Instance, Interval, Interval);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ServerProtocol.ConnectionOpened opened:
                Note(opened.Info, opened.State, "", null);
                break;
            case ServerProtocol.ConnectionStateChanged changed:
                Note(changed.Info, changed.State, changed.Protocol, null);
                break;
            case ServerProtocol.ConnectionClosed closed:
                Note(closed.Info, ConnectionState.Closing, "", closed.End.Reason.ToString());
                break;
            case ServerProtocol.ReadinessChanged { IsReady: false }:
                _state = "draining";
                break;
            case HttpServerProtocol.Statistics http:
                (_counters, _requests) = (http.Connections, http.Requests);
                break;
            case ServerProtocol.Statistics tcp:
                _counters = tcp;
                break;
            case Terminated:
                _state = "stopped";
                break;
            case Tick:
                Report();
                break;
        }
    }

    private void Note(ConnectionInfo info, ConnectionState state, string protocol, string? end)
    {
        var known = _connections.TryGetValue(info.Id, out var before);
        if (protocol.Length == 0 && known)
            protocol = before.View.Protocol;
        var view = new ConnectionView(
            info.Id, info.RemoteEndPoint?.ToString() ?? "", state.ToString().ToLowerInvariant(), protocol, end);
        _connections[info.Id] = (view, end is null ? 0 : TimeProvider.System.GetTimestamp());
    }

    private void Report()
    {
        foreach (var (id, (_, endedAt)) in _connections.ToList())
        {
            if (endedAt != 0 && TimeProvider.System.GetElapsedTime(endedAt) > Mourning)
                _connections.Remove(id);
        }

        Context.Parent.Tell(new ServerView(
            watch.Name,
            watch.Kind,
            watch.Address,
            _state,
            _counters?.Open ?? 0,
            _counters?.Accepted ?? 0,
            _requests,
            _counters?.BytesReceived ?? 0,
            _counters?.BytesSent ?? 0,
            _counters?.Listeners.Count ?? 1,
            _counters?.ListenerRestarts ?? 0,
            [.. _connections.Values.Select(c => c.View).TakeLast(Shown)]));
        watch.Server.Tell(
            IsHttp ? HttpServerProtocol.GetStatistics.Instance : ServerProtocol.GetStatistics.Instance);
    }

    private sealed class Tick
    {
        public static Tick Instance { get; } = new();
    }
}
