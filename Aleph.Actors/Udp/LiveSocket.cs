using System.Net;

namespace Aleph.Actors.Udp;

/// <summary>
/// What code outside actors may know and await of one socket. Its actor completes the tasks; the facade and the stages
/// await them. Any thread.
/// </summary>
internal sealed class LiveSocket(UdpSettings settings)
{
    private readonly TaskCompletionSource<UdpSocketProtocol.Bound> _bound =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public UdpCounters Counters { get; } = new();

    /// <summary>What was received and not yet taken.</summary>
    public DatagramQueue Queue { get; } = new(settings);

    /// <summary>Where the socket is bound; fails with a <see cref="BindException"/>.</summary>
    public Task<UdpSocketProtocol.Bound> Bound => _bound.Task;

    /// <summary>The socket is closed.</summary>
    public Task Ended => _ended.Task;

    public void SetBound(UdpSocketProtocol.Bound bound) => _bound.TrySetResult(bound);

    public void SetBindFailed(EndPoint endPoint, Exception cause)
    {
        // Looked at, so that nobody who did not wait for it is told of an unobserved exception.
        if (_bound.TrySetException(new BindException(endPoint, cause)))
            _ = _bound.Task.Exception;
    }

    public void SetEnded(EndPoint endPoint)
    {
        SetBindFailed(endPoint, new OperationCanceledException("The socket was stopped before it was bound"));
        Queue.Close();
        _ended.TrySetResult();
    }
}
