using Akka.Actor;
using Akka.Event;
using Aleph.Actors.Connections;

namespace Aleph.Actors.Tcp;

/// <summary>
/// To a connection that runs a <see cref="DuplexProtocol"/>: put this layer around the transport. Completes when it has
/// opened. Any thread.
/// </summary>
internal sealed class DuplexLayer(Func<ITransport, ITransport> layer)
    : IOwnsResource, INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    private readonly TaskCompletionSource<ConnectionInfo> _opened =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<ConnectionInfo> Opened => _opened.Task;

    public ITransport Wrap(ITransport transport) => layer(transport);

    public void Succeed(ConnectionInfo info) => _opened.TrySetResult(info);

    public void Fail(Exception cause) => _opened.TrySetException(cause);

    // The connection was gone before the message came.
    public void Release() => Fail(new ConnectionEndedException(ConnectionEnd.Stopped));

    /// <summary>To the connection itself: the layer is in place.</summary>
    internal sealed class Placed : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static Placed Instance { get; } = new();
    }
}
