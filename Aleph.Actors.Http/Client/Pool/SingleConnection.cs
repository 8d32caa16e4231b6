namespace Aleph.Actors.Http.Client.Pool;

/// <summary>What becomes of the one connection that a user has for himself. Any thread.</summary>
internal sealed class SingleConnection
{
    private readonly TaskCompletionSource<ConnectionInfo> _opened =
        new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Who is connected to whom, or why nobody is.</summary>
    public Task<ConnectionInfo> Opened => _opened.Task;

    /// <summary>Its actor has ended.</summary>
    public Task Ended => _ended.Task;

    public void Open(ConnectionInfo info) => _opened.TrySetResult(info);

    public void Fail(Exception cause) => _opened.TrySetException(cause);

    public void End()
    {
        _opened.TrySetCanceled();
        _ended.TrySetResult();
    }
}
