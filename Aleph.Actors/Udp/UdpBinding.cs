using System.Net;
using Akka.Actor;
using Aleph.Actors.Udp;

namespace Aleph.Actors;

/// <summary>
/// A UDP socket for code outside actors: made by <see cref="UdpExtension.BindAsync(UdpSettings?, string?)"/>, closed
/// by disposing it. Received datagrams wait in a bounded queue (<see cref="UdpSettings.ReceiveQueueCapacity"/>); those
/// beyond are dropped and counted. Each goes to one reader; enumerating reads until the socket is closed. All members
/// may be called from any thread.
/// </summary>
public sealed class UdpBinding : IAsyncDisposable, IAsyncEnumerable<Datagram>
{
    private readonly LiveSocket _live;
    private readonly UdpSocketProtocol.Bound _bound;

    private UdpBinding(IActorRef actor, LiveSocket live, UdpSocketProtocol.Bound bound) =>
        (Actor, _live, _bound) = (actor, live, bound);

    /// <summary>Where the socket is bound, with the actual port; port 0 for one that only sends.</summary>
    public IPEndPoint LocalEndPoint => _bound.LocalEndPoint;

    /// <summary>The one peer of a connected socket; null for the others.</summary>
    public IPEndPoint? RemoteEndPoint => _bound.RemoteEndPoint;

    /// <summary>The socket actor, which speaks <see cref="UdpSocketProtocol"/> and Akka.IO's messages.</summary>
    public IActorRef Actor { get; }

    /// <summary>The counters, also after the end.</summary>
    public UdpSocketProtocol.Statistics Statistics => _live.Counters.Snapshot();

    /// <summary>Completes when the socket is closed, for whatever reason. Never fails.</summary>
    public Task Completion => _live.Ended;

    internal DatagramQueue Queue => _live.Queue;

    /// <summary>
    /// Sends a datagram; completes when the kernel has taken it. Many may be under way; those to one address leave in
    /// the order of the calls.
    /// </summary>
    /// <param name="datagram">What goes where; a connected socket takes only its peer's address.</param>
    /// <param name="cancel">Ends the wait; the datagram may be sent none the less.</param>
    /// <exception cref="DatagramTooLargeException">It is longer than a datagram can be.</exception>
    /// <exception cref="SendQueueFullException">Too many wait already.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The system refuses it, or there is no such
    /// host.</exception>
    /// <exception cref="InvalidOperationException">The socket is closed.</exception>
    /// <exception cref="ArgumentException">The socket is connected to somebody else.</exception>
    public Task SendAsync(Datagram datagram, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(datagram);
        cancel.ThrowIfCancellationRequested();
        if (_live.Ended.IsCompleted)
            return Task.FromException(DatagramSender.Closed());
        var send = new DatagramTask(datagram);
        Actor.Tell(send, ActorRefs.NoSender);
        return cancel.CanBeCanceled ? send.Task.WaitAsync(cancel) : send.Task;
    }

    /// <summary>The next datagram, or one that waits already.</summary>
    /// <param name="cancel">Ends the wait; no datagram is lost.</param>
    /// <exception cref="InvalidOperationException">The socket is closed and all that it received was read.</exception>
    public async ValueTask<Datagram> ReceiveAsync(CancellationToken cancel = default)
    {
        do
        {
            if (Queue.TryTake(out var datagram))
                return datagram;
        }
        while (await Queue.WaitAsync(cancel).ConfigureAwait(false));
        throw new InvalidOperationException("The UDP socket is closed");
    }

    /// <inheritdoc/>
    public async IAsyncEnumerator<Datagram> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        do
        {
            while (Queue.TryTake(out var datagram))
                yield return datagram;
        }
        while (await Queue.WaitAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Joins a multicast group.</summary>
    /// <param name="group">The group's address.</param>
    /// <param name="interface">Where, by the name or an address of a network interface; null for <see
    /// cref="UdpSettings.MulticastInterface"/>.</param>
    /// <exception cref="System.Net.Sockets.SocketException">The system refuses it.</exception>
    /// <exception cref="ArgumentException">That is no group, or there is no such interface.</exception>
    /// <exception cref="InvalidOperationException">The socket is closed.</exception>
    public Task JoinMulticastGroupAsync(IPAddress group, string? @interface = null) =>
        AskAsync(new UdpSocketProtocol.JoinMulticastGroup(group, @interface));

    /// <summary>Leaves a multicast group.</summary>
    /// <param name="group">The group's address.</param>
    /// <param name="interface">Where it was joined; null for <see cref="UdpSettings.MulticastInterface"/>.</param>
    /// <exception cref="System.Net.Sockets.SocketException">The socket is no member.</exception>
    /// <exception cref="ArgumentException">That is no group, or there is no such interface.</exception>
    /// <exception cref="InvalidOperationException">The socket is closed.</exception>
    public Task LeaveMulticastGroupAsync(IPAddress group, string? @interface = null) =>
        AskAsync(new UdpSocketProtocol.LeaveMulticastGroup(group, @interface));

    /// <summary>Closes the socket and completes when it is closed. Harmless when repeated.</summary>
    public async ValueTask DisposeAsync()
    {
        Actor.Tell(PoisonPill.Instance, ActorRefs.NoSender);
        await _live.Ended.ConfigureAwait(false);
    }

    internal static async Task<UdpBinding> BindAsync(
        ActorSystem system, UdpSettings settings, string? name, NameResolver resolver,
        Func<Datagram, Datagram?>? function = null)
    {
        var live = new LiveSocket(settings);
        var spec = new UdpSocketSpec(settings) { Live = live, Resolver = resolver, Function = function };
        var actor = system.ActorOf(UdpExtension.OnIoDispatcher(UdpSocketActor.Create(spec)), name);
        return new UdpBinding(actor, live, await live.Bound.ConfigureAwait(false));
    }

    private async Task AskAsync(UdpSocketProtocol.Command command)
    {
        using var ended = new CancellationTokenSource();
        var answer = Actor.Ask<UdpSocketProtocol.Event>(command, Timeout.InfiniteTimeSpan, ended.Token);
        if (await Task.WhenAny(answer, _live.Ended).ConfigureAwait(false) != answer)
        {
            await ended.CancelAsync().ConfigureAwait(false);
            throw new InvalidOperationException("The UDP socket is closed");
        }

        if (await answer.ConfigureAwait(false) is UdpSocketProtocol.CommandFailed failed)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failed.Cause);
    }
}
