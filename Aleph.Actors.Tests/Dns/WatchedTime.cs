using System.Collections.Concurrent;
using Aleph.Actors.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Aleph.Actors.Tests.Dns;

/// <summary>A clock of the test that tells which timers were armed, so that time moves only after that.</summary>
internal sealed class WatchedTime : FakeTimeProvider
{
    private readonly ConcurrentDictionary<TimeSpan, TaskCompletionSource> _armed = [];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        Of(dueTime).TrySetResult();
        return timer;
    }

    /// <summary>Waits until a timer of that length was armed, ever.</summary>
    public Task ArmedAsync(TimeSpan due) => Of(due).Task.Within($"a timer of {due} was armed");

    private TaskCompletionSource Of(TimeSpan due) =>
        _armed.GetOrAdd(due, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}
