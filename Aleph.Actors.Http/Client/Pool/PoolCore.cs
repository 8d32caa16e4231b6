using Akka.Actor;
using Akka.Routing;
using Aleph.Actors.Http.Client.Failures;

namespace Aleph.Actors.Http.Client.Pool;

/// <summary>
/// What the callers, the connections and the router's actor of one pool share: idle connections, waiting requests,
/// counts. Any thread; one lock, held for a few instructions. The router's actor alone makes connections.
/// </summary>
internal sealed class PoolCore(ClientContext context)
{
    private readonly Lock _gate = new();
    private readonly List<ConnectionSlot> _idle = [];
    private readonly RoomyConnections _roomy = new();
    private readonly LinkedList<ClientExchange> _waiting = [];
    private readonly Dictionary<IActorRef, ConnectionSlot> _slots = [];
    private int _admitted;
    private int _open;
    private int _connecting;
    private int _failures;
    private long _downUntil;
    private HttpClientException? _down;
    private bool _isClosing;
    private bool _hasConnected;

    public ClientContext Context => context;

    public PoolCounters Counters { get; } = new();

    /// <summary>The router's actor, which is told what waits; null until it has started.</summary>
    public IActorRef? Router { get; private set; }

    /// <summary>Whether a connection is idle.</summary>
    public bool HasIdle
    {
        get
        {
            lock (_gate)
                return _idle.Count > 0;
        }
    }

    /// <summary>The connection that is idle longest; null where none is.</summary>
    public ConnectionSlot? LongestIdle
    {
        get
        {
            lock (_gate)
                return _idle.FirstOrDefault();
        }
    }

    public bool IsClosing => Volatile.Read(ref _isClosing);

    /// <summary>
    /// Finds a connection for an exchange and reserves it, or a place in the queue; or ends the exchange. On the
    /// caller's thread.
    /// </summary>
    public Routee Select(ClientExchange exchange)
    {
        exchange.Pool = this;
        HttpClientException? rejection;
        lock (_gate)
        {
            if (TryReserve(exchange) is { } slot)
                return slot;
            rejection = Rejection();
            if (rejection is null)
            {
                if (exchange.IsOver)
                    return NobodyRoutee.Instance;

                // At once, so that no later one overtakes it. An actor that has not started yet looks when it does.
                _admitted++;
                exchange.Place = _waiting.AddLast(exchange);
                return Router is null ? NobodyRoutee.Instance : new QueueRoutee(Router, exchange);
            }
        }

        Counters.Rejected();
        HttpMeters.Rejections.Add(1, context.Tags);
        exchange.TryFail(rejection);
        return NobodyRoutee.Instance;
    }

    /// <summary>The router's actor has started.</summary>
    public void Attach(IActorRef router)
    {
        lock (_gate)
            Router = router;
    }

    /// <summary>
    /// A connection is open, or free: takes the next exchange, or null and the connection is idle, or has room for
    /// another behind those under way. On the connection's turn.
    /// </summary>
    public ClientExchange? Next(ConnectionSlot slot, bool isIdle)
    {
        lock (_gate)
        {
            // With what it takes, so that nobody counts a request that waits for it without it.
            if (slot.State == SlotState.Connecting)
                Opened(slot);

            // It opened when it had been given up already.
            if (slot.State == SlotState.Ended)
                return null;
            _roomy.Remove(slot);

            // While it had room, somebody may have been faster.
            if (slot.Exchange is { } reserved)
                return reserved;
            while (_waiting.First is { } first)
            {
                if (!isIdle && !MayPipeline(first.Value))
                    break;
                Remove(first.Value);
                if (!first.Value.IsOver && slot.TryReserve(first.Value))
                    return first.Value;
            }

            if (!slot.IsDead && isIdle)
                _idle.Add(slot);
            else if (!slot.IsDead)
                _roomy.Add(slot);
            return null;
        }
    }

    /// <summary>A cancelled exchange leaves the queue, if it is there. Any thread.</summary>
    public void Abandon(ClientExchange exchange)
    {
        lock (_gate)
            Remove(exchange);
    }

    /// <summary>What a connection that ended gives back is the next to go. Any thread.</summary>
    public void GiveBack(ClientExchange exchange)
    {
        bool isRefused;
        lock (_gate)
        {
            if (exchange.IsOver)
                return;
            exchange.Returns++;
            isRefused = _isClosing || context.IsSingle;
            if (!isRefused)
            {
                if (TryReserve(exchange) is { } slot)
                {
                    slot.Wake();
                    return;
                }

                _admitted++;
                exchange.Place = _waiting.AddFirst(exchange);
            }
        }

        // Not by its place: another connection may have taken it meanwhile.
        if (isRefused)
            exchange.TryFail(ClientErrors.Closed(context));
        else
            Router?.Tell(PoolMessages.Look.Instance, ActorRefs.NoSender);
    }

    /// <summary>How many connections are to be made now for what waits, or to keep the minimum.</summary>
    public int Wanted(long now)
    {
        lock (_gate)
        {
            if (context.IsSingle)
                return _hasConnected || _isClosing ? 0 : 1;
            if (_isClosing && _waiting.Count == 0)
                return 0;
            var total = _open + _connecting;
            var settings = context.Settings;
            var needed = settings.Sizing is { } sizing
                ? sizing(new HttpPoolLoad(_open, _connecting, _idle.Count, _waiting.Count)) - total
                : _waiting.Count - _connecting;
            var wanted = Math.Max(
                Math.Min(needed, settings.MaxConnections - total),
                _isClosing ? 0 : settings.MinConnections - total);
            if (_failures == 0)
                return wanted;

            // After a failure one attempt at a time finds out.
            return now < _downUntil || _connecting > 0 ? 0 : Math.Min(wanted, 1);
        }
    }

    /// <summary>When a rest ends after which something waits to be tried again; else never.</summary>
    public long RestsUntil(long now)
    {
        lock (_gate)
        {
            var isNeeded = _waiting.Count > 0 || _open + _connecting < context.Settings.MinConnections;
            return isNeeded && _failures > 0 && _connecting == 0 && _downUntil > now ? _downUntil : long.MaxValue;
        }
    }

    /// <summary>A connection is being made.</summary>
    public void Add(ConnectionSlot slot)
    {
        lock (_gate)
        {
            _slots.Add(slot.Actor, slot);
            _connecting++;
            _hasConnected = true;
        }
    }

    /// <summary>
    /// A connection could not be made. Where no other is there or under way, answers the exchanges that waited for it.
    /// </summary>
    public List<ClientExchange> ConnectFailed(ConnectionSlot slot, HttpClientException cause, long now, long rest)
    {
        var lost = new List<ClientExchange>();
        lock (_gate)
        {
            if (slot.State != SlotState.Connecting)
                return lost;
            slot.State = SlotState.Ended;
            _connecting--;
            _failures++;
            _down = cause;
            _downUntil = now + rest;
            if (_open > 0 || _connecting > 0)
                return lost;
            while (_waiting.First is { } first)
            {
                Remove(first.Value);
                lost.Add(first.Value);
            }
        }

        return lost;
    }

    /// <summary>How many attempts to connect have failed in a row.</summary>
    public int Failures => Volatile.Read(ref _failures);

    /// <summary>A connection's actor has stopped: answers what was still in its slot.</summary>
    public ClientExchange? Ended(IActorRef actor)
    {
        lock (_gate)
        {
            if (!_slots.Remove(actor, out var slot))
                return null;

            // One that was still connecting counts until the reason comes, so that a rest follows a failure.
            if (slot.State == SlotState.Open)
            {
                _open--;
                slot.State = SlotState.Ended;
            }

            _idle.Remove(slot);
            _roomy.Remove(slot);
            return slot.Kill();
        }
    }

    /// <summary>A connection has become something else: it counts no more.</summary>
    public void Detach(ConnectionSlot slot)
    {
        lock (_gate)
        {
            if (slot.State == SlotState.Open)
                _open--;
            slot.State = SlotState.Ended;
            slot.Kill();
        }

        Router?.Tell(PoolMessages.Look.Instance, ActorRefs.NoSender);
    }

    /// <summary>May this idle connection go, or is it one that is kept?</summary>
    public bool MayTrim()
    {
        lock (_gate)
            return _isClosing || _open > context.Settings.MinConnections || context.Budget is { IsShort: true };
    }

    /// <summary>Takes those out of the queue whose time has passed; answers when the next one's will.</summary>
    public long Expire(long now, List<ClientExchange> expired)
    {
        var next = long.MaxValue;
        lock (_gate)
        {
            for (var node = _waiting.First; node is not null;)
            {
                var exchange = node.Value;
                node = node.Next;
                var deadline = Math.Min(exchange.QueueDeadline, exchange.Deadline);
                if (deadline <= now)
                {
                    Remove(exchange);
                    expired.Add(exchange);
                }
                else
                {
                    next = Math.Min(next, deadline);
                }
            }
        }

        return next;
    }

    /// <summary>Admits nothing more; answers the connections that are idle.</summary>
    public ConnectionSlot[] BeginClose()
    {
        lock (_gate)
        {
            _isClosing = true;
            return [.. _slots.Values];
        }
    }

    /// <summary>Whether the one connection of a user's own was there, and is no more.</summary>
    public bool HasEnded
    {
        get
        {
            lock (_gate)
                return context.IsSingle && _hasConnected && _open == 0 && _connecting == 0;
        }
    }

    /// <summary>Whether nothing is under way any more.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_gate)
                return _slots.Count == 0 && _admitted == 0;
        }
    }

    /// <summary>Admits nothing more and answers all that wait.</summary>
    public List<ClientExchange> CloseNow()
    {
        lock (_gate)
        {
            _isClosing = true;
            List<ClientExchange> lost = [.. _waiting];
            foreach (var exchange in lost)
                Remove(exchange);
            return lost;
        }
    }

    /// <summary>How it stands.</summary>
    public (int Open, int Connecting, int Idle, int Waiting) Counts()
    {
        lock (_gate)
            return (_open, _connecting, _idle.Count, _admitted);
    }

    private void Opened(ConnectionSlot slot)
    {
        slot.State = SlotState.Open;
        _connecting--;
        _open++;
        _failures = 0;
        _down = null;
        slot.Open();
    }

    private HttpClientException? Rejection()
    {
        if (_isClosing)
            return ClientErrors.Closed(context);
        var settings = context.Settings;
        if (_down is not null && _open == 0 && _connecting == 0 && context.Time.GetTimestamp() < _downUntil)
            return ClientErrors.Down(context.Origin, _down);

        // Whoever waits for a connection that can be made does not wait in the queue.
        return _admitted >= settings.QueueSize + (settings.MaxConnections - _open)
            ? ClientErrors.QueueFull(context.Origin, settings.QueueSize)
            : null;
    }

    private ConnectionSlot? TryReserve(ClientExchange exchange)
    {
        while (_idle.Count > 0)
        {
            var last = _idle.Count - 1;
            var index = context.Settings.Routing is { } routing ? Math.Clamp(routing(_idle.Count), 0, last) : last;
            var slot = _idle[index];
            _idle.RemoveAt(index);
            if (slot.TryReserve(exchange))
                return slot;
        }

        // Not past one that waits for a connection of its own.
        return MayPipeline(exchange) && _waiting.Count == 0 ? _roomy.TryReserve(exchange) : null;
    }

    // Not before there are as many connections as may be.
    private bool MayPipeline(ClientExchange exchange) =>
        context.Settings.PipelineDepth > 1 && _open + _connecting >= context.Settings.MaxConnections
        && exchange.MayPipeline;

    private void Remove(ClientExchange exchange)
    {
        if (exchange.Place is not { } place)
            return;
        _waiting.Remove(place);
        exchange.Place = null;
        _admitted--;
    }

    private sealed class QueueRoutee(IActorRef router, ClientExchange exchange) : Routee
    {
        public override void Send(object message, IActorRef sender) =>
            router.Tell(new PoolMessages.Queued(exchange), ActorRefs.NoSender);
    }
}
