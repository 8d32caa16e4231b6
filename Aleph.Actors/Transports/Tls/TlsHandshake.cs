using Akka.Actor;
using Akka.Event;
using Aleph.Actors.Connections;

namespace Aleph.Actors.Transports.Tls;

/// <summary>
/// One handshake, run on the thread pool. When it is over it tells the connection's actor, and is itself that message.
/// Until then it owns the stream, which it releases when the connection has left in the meantime.
/// </summary>
internal sealed class TlsHandshake(TlsStream stream, TlsRole role, IActorRef owner)
    : IThreadPoolWorkItem, INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    private int _state;

    private enum State
    {
        Running,
        Over,
        Left,
    }

    /// <summary>Why it failed; null when it did not. Known once this is told.</summary>
    public Exception? Failure { get; private set; }

    public void Begin() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    /// <summary>The connection leaves; true when it may release the stream itself.</summary>
    public bool Leave() =>
        Interlocked.CompareExchange(ref _state, (int)State.Left, (int)State.Running) == (int)State.Over;

    // Its outcome is told.
    public void Execute() => _ = RunAsync();

    private async Task RunAsync()
    {
        try
        {
            await role.AuthenticateAsync(stream).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Failure = e;
        }

        if (Interlocked.CompareExchange(ref _state, (int)State.Over, (int)State.Running) == (int)State.Running)
            IoDispatcher.TellFromCompletion(owner, this);
        else
            await stream.DisposeAsync().ConfigureAwait(false);
    }
}
