using Aleph.Actors.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Aleph.Actors.Tests.Connections;

public class DeadlineTests : ConnectionHarness
{
    private readonly FakeTimeProvider _time = new();

    public DeadlineTests()
        : base(new SocketWire()) => Time = _time;

    [Fact]
    public async Task Comes_at_its_time_and_not_before()
    {
        var due = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var protocol = new ScriptedProtocol { Deadline = In(10), Due = (_, _) => due.SetResult() };
        var (actor, _) = await ConnectAsync(protocol);
        await TurnAsync(actor);
        _time.Advance(TimeSpan.FromSeconds(9.999));
        await TurnAsync(actor);
        Assert.False(due.Task.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.001));
        await due.Task.Within("the deadline came");
    }

    [Fact]
    public async Task Moves_later_without_coming_early()
    {
        var due = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var protocol = new ScriptedProtocol { Deadline = In(10), Due = (_, _) => due.SetResult() };
        var (actor, _) = await ConnectAsync(protocol);
        await TurnAsync(actor);
        OnTurn(actor, _ => protocol.Deadline = In(20));
        await TurnAsync(actor);
        _time.Advance(TimeSpan.FromSeconds(15));
        await TurnAsync(actor);
        Assert.False(due.Task.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(5));
        await due.Task.Within("the later deadline came");
    }

    [Fact]
    public async Task Moves_earlier()
    {
        var due = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var protocol = new ScriptedProtocol { Deadline = In(3600), Due = (_, _) => due.SetResult() };
        var (actor, _) = await ConnectAsync(protocol);
        await TurnAsync(actor);
        OnTurn(actor, _ => protocol.Deadline = In(1));
        await TurnAsync(actor);
        _time.Advance(TimeSpan.FromSeconds(1));
        await due.Task.Within("the earlier deadline came");
    }

    [Fact]
    public async Task Bounds_a_close_that_cannot_send()
    {
        var protocol = new ScriptedProtocol();
        var (actor, peer) = await ConnectAsync(protocol);
        OnTurn(actor, c =>
        {
            c.Output.Write(new byte[50_000_000]);
            c.Close(ConnectionEnd.Completed);
        });

        // By the first byte the actor has written all that the kernel takes; its timer is armed before its next turn.
        await peer.ReadExactlyAsync(1);
        while (!protocol.Ended.IsCompleted)
        {
            _time.Advance(ConnectionSettings.Default.LingerTimeout);
            await Task.Yield();
        }

        Assert.Equal(ConnectionEndReason.Timeout, (await protocol.Ended).Reason);
    }

    private long In(double seconds) => _time.GetTimestamp() + (long)(seconds * _time.TimestampFrequency);

    private static async Task TurnAsync(Akka.Actor.IActorRef actor)
    {
        var passed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        OnTurn(actor, _ => passed.SetResult());
        await passed.Task.Within("a turn");

        // The timer is armed at the end of the turn, that is, before the next one.
        var next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        OnTurn(actor, _ => next.SetResult());
        await next.Task.Within("the next turn");
    }
}
