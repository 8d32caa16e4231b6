using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace Aleph.Actors.Connections;

/// <summary>
/// The dispatcher of connection actors. A mailbox made runnable by a socket completion runs at once on that
/// completion's thread, by a client's request on the asker's, by a piece of a streamed body where that is made, by what
/// a function on the connection, or code that owns a WebSocket, writes on the writer's; by anything else it is queued
/// to the thread pool, so that a user's <c>Tell</c> never runs foreign code on the user's stack.
/// </summary>
internal sealed class IoDispatcher : MessageDispatcher
{
    public const string DispatcherId = "aleph.io-dispatcher";
    public const string MailboxId = "aleph.io-mailbox";

    [ThreadStatic]
    private static bool _runInline;

    [ThreadStatic]
    private static bool _isCompletion;

    [ThreadStatic]
    private static IThreadPoolWorkItem? _afterRun;

    private IoDispatcher(MessageDispatcherConfigurator configurator)
        : base(configurator)
    {
        Id = DispatcherId;
        Throughput = DefaultThroughput;

        // Any value, however large, makes the mailbox stop after one message a run.
        ThroughputDeadlineTime = null;
    }

    /// <summary>Makes the dispatcher and its mailbox known to <paramref name="system"/>. Harmless when repeated; any
    /// thread.</summary>
    // Akka makes the mailbox by the name in its configuration, which a trimmer cannot follow.
    [DynamicDependency(
        DynamicallyAccessedMemberTypes.PublicConstructors | DynamicallyAccessedMemberTypes.Interfaces,
        typeof(IoMailbox))]
    public static void Install(ActorSystem system)
    {
        if (system.Dispatchers.HasDispatcher(DispatcherId))
            return;
        var mailbox = $"mailbox-type = \"{typeof(IoMailbox).AssemblyQualifiedName}\"";

        // Routers get the mailbox of their dispatcher, all others the one that their Props name.
        system.Settings.InjectTopLevelFallback(ConfigurationFactory.ParseString(
            $"{MailboxId} {{ {mailbox} }}\n{DispatcherId} {{ {mailbox} }}"));
        var config = ConfigurationFactory.ParseString($"id = {DispatcherId}\n{mailbox}");
        system.Dispatchers.RegisterConfigurator(
            DispatcherId, new Registration(config, system.Dispatchers.Prerequisites));
    }

    /// <summary>
    /// Tells <paramref name="target"/> from a completion callback and lets it run here and now. Nothing thrown leaves
    /// this method: an exception on a thread that polls sockets would end the process.
    /// </summary>
    public static void TellFromCompletion(IActorRef target, object message)
    {
        _runInline = true;

        // On a thread that polls sockets, what comes after the turn would stall them all.
        _isCompletion = Thread.CurrentThread.IsThreadPoolThread;
        try
        {
            target.Tell(message, ActorRefs.NoSender);
        }
        catch (Exception e)
        {
            Report(target, e);
        }
        finally
        {
            _runInline = false;
            _isCompletion = false;
        }

        if (_afterRun is not { } item)
            return;
        _afterRun = null;
        item.Execute();
    }

    /// <summary>
    /// Tells <paramref name="target"/> and lets it run here and now, without anything of the caller's flow of
    /// execution; elsewhere where a synchronization context or a scheduler of tasks has the thread.
    /// </summary>
    public static void TellHere(IActorRef target, object message)
    {
        if (SynchronizationContext.Current is not null || TaskScheduler.Current != TaskScheduler.Default
            || ExecutionContext.Capture() is not { } caller)
        {
            target.Tell(message, ActorRefs.NoSender);
            return;
        }

        var wasCompletion = _isCompletion;
        _isCompletion = false;
        _runInline = true;
        ExecutionContext.Restore(UserCode.Clean);
        try
        {
            target.Tell(message, ActorRefs.NoSender);
        }
        finally
        {
            _runInline = false;
            _isCompletion = wasCompletion;
            ExecutionContext.Restore(caller);
        }
    }

    /// <summary>
    /// Runs <paramref name="item"/>, which may be anybody's code, outside every turn: on the thread of the completion
    /// that began this one, after it, if that is of the thread pool; else on another of its threads.
    /// </summary>
    public static void RunAfterTurn(IThreadPoolWorkItem item)
    {
        if (_isCompletion && _afterRun is null)
            _afterRun = item;
        else
            ThreadPool.UnsafeQueueUserWorkItem(item, preferLocal: true);
    }

    /// <inheritdoc/>
    protected override void ExecuteTask(IRunnable run)
    {
        if (_runInline)
        {
            // Consumed once: whatever this run wakes goes to the pool, so that runs never nest.
            _runInline = false;
            run.Run();
            return;
        }

        ThreadPool.UnsafeQueueUserWorkItem(run, preferLocal: false);
    }

    /// <inheritdoc/>
    protected override void Shutdown()
    {
        // The threads belong to the process.
    }

    internal static void Report(IActorRef target, Exception e)
    {
        if (target is ActorRefWithCell { Underlying.System: { } system })
            system.EventStream.Publish(
                new Error(e, target.Path.ToString(), typeof(IoDispatcher), "A completion failed."));
        else
            Trace.TraceError("A completion for {0} failed: {1}", target, e);
    }

    private sealed class Registration : MessageDispatcherConfigurator
    {
        private readonly IoDispatcher _dispatcher;

        public Registration(Config config, IDispatcherPrerequisites prerequisites)
            : base(config, prerequisites) => _dispatcher = new IoDispatcher(this);

        public override MessageDispatcher Dispatcher() => _dispatcher;
    }
}
