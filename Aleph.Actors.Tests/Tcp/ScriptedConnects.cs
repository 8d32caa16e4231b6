using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Aleph.Actors.Tests.Tcp;

/// <summary>Connection attempts that succeed or fail when a test says so; deaf to their cancellation.</summary>
internal sealed class ScriptedConnects
{
    private readonly ConcurrentDictionary<string, Attempt> _attempts = [];
    private int _count;

    /// <summary>How many attempts were started.</summary>
    public int Count => Volatile.Read(ref _count);

    public ValueTask<Socket> ConnectAsync(IPEndPoint endPoint, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _count);
        var attempt = Of(endPoint.Address.ToString());
        attempt.Started.SetResult(cancellation);
        return new ValueTask<Socket>(attempt.Outcome.Task);
    }

    public Task Started(string address) => Of(address).Started.Task;

    public CancellationToken TokenOf(string address) => Of(address).Started.Task.Result;

    public ObservedSocket Succeed(string address)
    {
        var socket = new ObservedSocket();
        Of(address).Outcome.SetResult(socket);
        return socket;
    }

    public void Fail(string address, SocketError error) =>
        Of(address).Outcome.SetException(new SocketException((int)error));

    private Attempt Of(string address) => _attempts.GetOrAdd(address, static _ => new Attempt());

    /// <summary>A socket that tells when it is disposed.</summary>
    public sealed class ObservedSocket() : Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
    {
        private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Closed => _closed.Task;

        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            _closed.TrySetResult();
        }
    }

    private sealed class Attempt
    {
        public TaskCompletionSource<CancellationToken> Started { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource<Socket> Outcome { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
