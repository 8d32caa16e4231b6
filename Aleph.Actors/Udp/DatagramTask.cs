namespace Aleph.Actors.Udp;

/// <summary>A send that is awaited.</summary>
internal sealed class DatagramTask(Datagram datagram) : DatagramSend(datagram)
{
    private readonly TaskCompletionSource _source = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Task => _source.Task;

    public override void OnSent() => _source.TrySetResult();

    public override void OnFailed(Exception cause) => _source.TrySetException(cause);
}
