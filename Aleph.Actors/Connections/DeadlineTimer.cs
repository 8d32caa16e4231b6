using Akka.Actor;
using Akka.Event;

namespace Aleph.Actors.Connections;

/// <summary>
/// The one timer of a connection. It is made when first needed and re-armed only for an earlier deadline: deadlines
/// mostly move later, so firing early now and then costs less than a change on every turn. It fires as a message to the
/// actor.
/// </summary>
internal sealed class DeadlineTimer(IActorRef owner, TimeProvider time) : IDisposable
{
    // The longest that all timers accept is about 49 days; an early tick re-arms.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(40);

    private ITimer? _timer;
    private long _armedFor = long.MaxValue;

    /// <summary>Sees to it that a tick comes at <paramref name="deadline"/> or before.</summary>
    public void ArmFor(long deadline)
    {
        if (deadline >= _armedFor)
            return;
        _armedFor = deadline;
        var due = Due(deadline);
        if (_timer is null)
            _timer = Create(due);
        else
            _timer.Change(due, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The tick came.</summary>
    public void OnTick() => _armedFor = long.MaxValue;

    public void Dispose() => _timer?.Dispose();

    private TimeSpan Due(long deadline)
    {
        var left = time.GetElapsedTime(time.GetTimestamp(), deadline);

        // Whole milliseconds upwards: timers cut fractions off and would tick before the deadline.
        return left <= TimeSpan.Zero ? TimeSpan.Zero
            : left >= Longest ? Longest
            : TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds));
    }

    private ITimer Create(TimeSpan due)
    {
        // The flow of the turn's execution context would otherwise stay in the timer.
        using var flow = ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow();
        return time.CreateTimer(
            static owner => ((IActorRef)owner!).Tell(Tick.Instance, ActorRefs.NoSender),
            owner,
            due,
            Timeout.InfiniteTimeSpan);
    }

    internal sealed class Tick : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static Tick Instance { get; } = new();
    }
}
