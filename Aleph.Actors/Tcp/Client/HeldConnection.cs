namespace Aleph.Actors.Tcp.Client;

/// <summary>
/// The code that runs on a client's connection: hands it to whoever asked for it, and waits until that one has disposed
/// it. Any thread.
/// </summary>
internal sealed class HeldConnection
{
    private readonly TaskCompletionSource<DuplexConnection> _connection =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The connection, as soon as it is open.</summary>
    public Task<DuplexConnection> Connection => _connection.Task;

    public Task RunAsync(DuplexConnection connection)
    {
        _connection.TrySetResult(connection);
        return connection.Released;
    }
}
