using Akka.Actor;
using Akka.Actor.Internal;
using Aleph.Actors.Connections;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Connections;

public class IoDispatcherTests : PatientTestKit
{
    public IoDispatcherTests()
    {
        IoDispatcher.Install(Sys);
        IoDispatcher.Install(Sys);
    }

    [Fact]
    public async Task Runs_a_completion_on_its_own_thread_and_a_tell_elsewhere()
    {
        var actor = Spawn(() => new ThreadReporter());
        await IdleAsync(actor);
        var (inline, here) = (new Reply(), 0);
        await OnThread(() =>
        {
            here = Environment.CurrentManagedThreadId;
            IoDispatcher.TellFromCompletion(actor, inline);
            Assert.True(inline.Thread.Task.IsCompleted);
        });
        Assert.Equal(here, await inline.Thread.Task);
        var told = new Reply();
        await OnThread(() =>
        {
            here = Environment.CurrentManagedThreadId;
            actor.Tell(told);
        });
        Assert.NotEqual(here, await told.Thread.Task.Within("the told message was handled"));
    }

    [Fact]
    public async Task Lets_no_exception_leave_a_completion()
    {
        await OnThread(() => IoDispatcher.TellFromCompletion(new ThrowingRef(Sys), "go"));
        var throwing = Spawn(() => new Throwing());
        await EventFilter.Exception<InvalidOperationException>().ExpectOneAsync(async () =>
            await OnThread(() => IoDispatcher.TellFromCompletion(throwing, "go")));
    }

    [Fact]
    public async Task Keeps_the_order_of_every_sender()
    {
        const int Senders = 4, Each = 20_000;
        var done = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var actor = Spawn(() => new OrderChecker(Senders, Each, done));
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => OnThread(() =>
        {
            for (var i = 0; i < Each; i++)
            {
                if (i % 3 == 0)
                    actor.Tell(new Numbered(sender, i), TestActor);
                else if (i % 3 == 1)
                    actor.Tell(new Numbered(sender, i), ActorRefs.NoSender);
                else
                    IoDispatcher.TellFromCompletion(actor, new Numbered(sender, i));
            }
        })));
        Assert.Equal("in order", await done.Task.Within("all messages came"));
    }

    [Fact]
    public async Task Runs_here_where_it_is_told_here_without_what_the_caller_carries()
    {
        var actor = Spawn(() => new ThreadReporter());
        await IdleAsync(actor);
        var reply = new Reply();
        await OnThread(() =>
        {
            Reply.Carried.Value = "the caller's";
            IoDispatcher.TellHere(actor, reply);
            Assert.Equal("the caller's", Reply.Carried.Value);
            Assert.Equal(Environment.CurrentManagedThreadId, reply.Thread.Task.Result);
        });
        Assert.Equal("nothing", reply.Seen);
    }

    [Fact]
    public async Task An_actor_that_tells_here_goes_on_as_itself()
    {
        var told = Spawn(() => new ThreadReporter());
        await IdleAsync(told);
        var teller = Sys.ActorOf(Props.Create(() => new Teller(told)), "teller");
        var reply = new Reply();
        Assert.Equal("teller", await teller.Ask<string>(reply, Waiting.Limit));
        Assert.True(reply.Thread.Task.IsCompleted);
    }

    [Fact]
    public async Task Does_not_run_here_where_the_caller_has_the_thread_to_itself()
    {
        var actor = Spawn(() => new ThreadReporter());
        await IdleAsync(actor);
        foreach (var isSuppressed in new[] { true, false })
        {
            var (reply, here) = (new Reply(), 0);
            await OnThread(() =>
            {
                here = Environment.CurrentManagedThreadId;
                if (!isSuppressed)
                    SynchronizationContext.SetSynchronizationContext(new SynchronizationContext());
                using (isSuppressed ? ExecutionContext.SuppressFlow() : default(IDisposable))
                    IoDispatcher.TellHere(actor, reply);
                SynchronizationContext.SetSynchronizationContext(null);
            });
            Assert.NotEqual(here, await reply.Thread.Task.Within("the told message was handled"));
        }
    }

    [Fact]
    public async Task What_runs_after_a_turn_holds_up_nothing()
    {
        var blocker = new Blocker();
        var actor = Spawn(() => new Deferring());
        await IdleAsync(actor);
        var completion = Task.Run(() =>
        {
            // The kit of tests leaves its own on threads of the pool.
            InternalCurrentActorCellKeeper.Current = null;
            IoDispatcher.TellFromCompletion(actor, blocker);
        });
        await blocker.Entered.Task.Within("what comes after the turn has begun");
        Assert.Equal("next", await actor.Ask<string>("next", Waiting.Limit));
        Assert.False(completion.IsCompleted);
        blocker.MayGo.Set();
        await completion.Within("the completion ended");
        Assert.False(blocker.HadActor);

        // Not on a thread that is not of the pool, such as one that polls sockets.
        var apart = new Blocker();
        await IdleAsync(actor);
        await OnThread(() => IoDispatcher.TellFromCompletion(actor, apart));
        await apart.Entered.Task.Within("what comes after the turn has begun");
        apart.MayGo.Set();

        // Nor where no completion began the turn.
        var other = new Blocker();
        actor.Tell(other);
        await other.Entered.Task.Within("what comes after the turn has begun");
        Assert.Equal("next", await actor.Ask<string>("next", Waiting.Limit));
        other.MayGo.Set();
    }

    // An actor that has answered may still be in its run. One whose run was on a thread of ours is not.
    private static async Task IdleAsync(IActorRef actor)
    {
        using var limit = new CancellationTokenSource(Waiting.Patience);
        while (true)
        {
            var (reply, here) = (new Reply(), 0);
            await OnThread(() =>
            {
                here = Environment.CurrentManagedThreadId;
                IoDispatcher.TellFromCompletion(actor, reply);
            });
            if (await reply.Thread.Task.Within("the actor answered") == here)
                return;
            Assert.False(limit.IsCancellationRequested, "The actor was never idle.");
        }
    }

    private IActorRef Spawn<T>(System.Linq.Expressions.Expression<Func<T>> make)
        where T : ActorBase => Sys.ActorOf(
            Props.Create(make).WithDispatcher(IoDispatcher.DispatcherId).WithMailbox(IoDispatcher.MailboxId));

    private static Task OnThread(Action act) => Task.Factory.StartNew(
        act, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Within("the thread ended");

    private sealed record Numbered(int Sender, int Number);

    private sealed class Reply
    {
        public static readonly AsyncLocal<string?> Carried = new();

        public TaskCompletionSource<int> Thread { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string? Seen { get; private set; }

        public void Answer()
        {
            Seen = Carried.Value ?? "nothing";
            Thread.SetResult(Environment.CurrentManagedThreadId);
        }
    }

    private sealed class Blocker : IThreadPoolWorkItem
    {
        public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ManualResetEventSlim MayGo { get; } = new();

        public bool HadActor { get; private set; }

        public void Execute()
        {
            HadActor = InternalCurrentActorCellKeeper.Current is not null;
            Entered.SetResult();
            MayGo.Wait(Waiting.Limit);
        }
    }

    private sealed class Deferring : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is Blocker blocker)
                IoDispatcher.RunAfterTurn(blocker);
            else if (message is Reply reply)
                reply.Answer();
            else
                Sender.Tell(message);
        }
    }

    private sealed class ThreadReporter : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is Reply reply)
                reply.Answer();
            else
                Sender.Tell(1);
        }
    }

    private sealed class Teller(IActorRef told) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            IoDispatcher.TellHere(told, message);
            Sender.Tell(Context.Self.Path.Name);
        }
    }

    private sealed class ThrowingRef(ActorSystem system) : MinimalActorRef
    {
        public override ActorPath Path => new RootActorPath(Address.AllSystems) / "throwing";

        public override IActorRefProvider Provider => ((ExtendedActorSystem)system).Provider;

        protected override void TellInternal(object message, IActorRef sender) =>
            throw new InvalidOperationException("thrown on purpose");
    }

    private sealed class Throwing : UntypedActor
    {
        protected override void OnReceive(object message) => throw new InvalidOperationException("thrown on purpose");
    }

    private sealed class OrderChecker(int senders, int each, TaskCompletionSource<string> done) : UntypedActor
    {
        private readonly int[] _next = new int[senders];
        private int _count;

        protected override void OnReceive(object message)
        {
            var (sender, number) = (Numbered)message;
            if (_next[sender]++ != number)
                done.TrySetResult($"{number} of {sender} came as {_next[sender] - 1}");
            if (++_count == senders * each)
                done.TrySetResult("in order");
        }
    }
}
