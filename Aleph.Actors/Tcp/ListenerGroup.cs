using System.Net;
using Akka.Actor;
using Akka.Event;
using Aleph.Actors.Connections;

namespace Aleph.Actors.Tcp;

/// <summary>
/// The listeners of one server: spawned, and replaced with a growing delay when they end. Owned by the server actor
/// and used on its turn. The first one decides the port, which the others share.
/// </summary>
internal sealed class ListenerGroup(ListenerSpec template, int count, ServerCounters counters)
{
    private readonly Slot[] _slots = [.. Enumerable.Range(0, count).Select(i => new Slot(counters.Listener(i)))];

    /// <summary>Where they listen: the actual port, once the first one is bound.</summary>
    public EndPoint EndPoint { get; private set; } = template.EndPoint;

    /// <summary>Whether all have been bound at least once.</summary>
    public bool AllBound => _slots.All(s => s.WasBound);

    /// <summary>Whether none is left.</summary>
    public bool AllEnded => _slots.All(s => s.Actor is null);

    /// <summary>Whether that one has been bound at least once.</summary>
    public bool WasBound(int index) => _slots[index].WasBound;

    /// <summary>Spawns the first; the others follow when its port is known.</summary>
    public void Start(IActorContext context) => Spawn(context, 0);

    /// <summary>Spawns one (again).</summary>
    public void Spawn(IActorContext context, int index)
    {
        var spec = template with { Index = index, EndPoint = EndPoint, Counters = _slots[index].Counters };
        var props = spec.Settings.Transport is TcpTransport.AkkaIo
            ? AkkaIoListenerActor.Create(spec)
            : TcpListenerActor.Create(spec);
        var listener = context.ActorOf(props, $"listener-{index}");
        _slots[index].Actor = context.Watch(listener);
    }

    /// <summary>One is bound. True when it was the last of the first round.</summary>
    public bool OnBound(IActorContext context, ListenerMessages.Bound bound)
    {
        var wasAll = AllBound;
        var slot = _slots[bound.Index];
        var first = !slot.WasBound && bound.Index == 0;
        slot.WasBound = true;
        slot.BoundAt = template.Settings.Time.GetTimestamp();
        if (first)
        {
            EndPoint = bound.LocalEndPoint;
            for (var i = 1; i < count; i++)
                Spawn(context, i);
        }

        return !wasAll && AllBound;
    }

    /// <summary>One has ended. Answers its index, or -1 if it is none of them.</summary>
    public int OnEnded(IActorRef actor)
    {
        var index = Array.FindIndex(_slots, s => actor.Equals(s.Actor));
        if (index >= 0)
            _slots[index].Actor = null;
        return index;
    }

    /// <summary>
    /// How long to wait before it is spawned again. A listener that held for the longest delay starts anew.
    /// </summary>
    public TimeSpan NextDelay(int index)
    {
        var settings = template.Settings;
        var slot = _slots[index];
        if (slot.BoundAt is { } at && settings.Time.GetElapsedTime(at) >= settings.RestartBackoffMax)
            slot.Failures = 0;
        slot.BoundAt = null;
        slot.Counters.Restarted();
        var factor = Math.Pow(2, Math.Min(slot.Failures++, 30));
        return TimeSpan.FromTicks((long)Math.Min(
            settings.RestartBackoffMin.Ticks * factor, settings.RestartBackoffMax.Ticks));
    }

    /// <summary>How one stands; null where there is none of that number.</summary>
    public ListenerDescription? Describe(int index)
    {
        if (index < 0 || index >= _slots.Length)
            return null;
        var slot = _slots[index];
        var isListening = slot.Actor is not null && slot.BoundAt is not null;
        return new ListenerDescription(index, EndPoint)
        {
            Age = isListening ? template.Settings.Time.GetElapsedTime(slot.BoundAt!.Value) : null,
            Statistics = slot.Counters.Snapshot(),
        };
    }

    /// <summary>Lets all that live end when what they accepted so far has been handed over.</summary>
    public void Close()
    {
        foreach (var slot in _slots)
            slot.Actor?.Tell(ListenerMessages.Close.Instance, ActorRefs.NoSender);
    }

    /// <summary>Stops all that live.</summary>
    public void Stop(IActorContext context)
    {
        foreach (var slot in _slots)
        {
            if (slot.Actor is { } actor)
                context.Stop(actor);
        }
    }

    private sealed class Slot(ListenerCounters counters)
    {
        public ListenerCounters Counters { get; } = counters;

        public IActorRef? Actor { get; set; }

        public bool WasBound { get; set; }

        public long? BoundAt { get; set; }

        public int Failures { get; set; }
    }
}
