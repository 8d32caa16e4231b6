using System.Net;
using System.Net.Sockets;

namespace Aleph.Actors.Tests.Tcp;

/// <summary>
/// Clients that connect in a loop, send a byte and want an answer or a close, whatever the server does meanwhile. A
/// refused connection is fine; one that was taken and then gets neither within the patience is a hang.
/// </summary>
internal sealed class RestartExperiment : IAsyncDisposable
{
    private readonly EndPoint _endPoint;
    private readonly TimeSpan _patience;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task[] _clients;
    private TaskCompletionSource _progress = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _answers;
    private int _closes;
    private int _hangs;

    public RestartExperiment(EndPoint endPoint, TimeSpan patience, int clients = 8)
    {
        _endPoint = endPoint;
        _patience = patience;
        _clients = [.. Enumerable.Range(0, clients).Select(_ => Task.Run(RunAsync))];
    }

    public int Answers => Volatile.Read(ref _answers);

    public int Closes => Volatile.Read(ref _closes);

    public int Hangs => Volatile.Read(ref _hangs);

    /// <summary>Waits until the clients have had so many more answers, or one hangs.</summary>
    public async Task MoreAnswersAsync(int count)
    {
        var goal = Answers + count;
        while (Answers < goal && Hangs == 0)
            await Volatile.Read(ref _progress).Task.OrFail("an answer or a hang");
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_clients).OrFail("the end of the clients");
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        var buffer = new byte[16];
        while (await ConnectAsync() is { } socket)
        {
            using var owned = socket;
            socket.LingerState = new LingerOption(true, 0);
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            patience.CancelAfter(_patience);
            try
            {
                await socket.SendAsync("x"u8.ToArray(), SocketFlags.None, patience.Token);
                var count = await socket.ReceiveAsync(buffer, SocketFlags.None, patience.Token);
                Count(ref count > 0 ? ref _answers : ref _closes);
            }
            catch (SocketException)
            {
                // Reset: a close.
                Count(ref _closes);
            }
            catch (OperationCanceledException)
            {
                if (!_stop.IsCancellationRequested)
                    Count(ref _hangs);
            }
        }
    }

    /// <summary>
    /// Tries until a server takes the connection; null at the end. A refusal throws nothing, so tries come fast.
    /// </summary>
    private async Task<Socket?> ConnectAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using var connect = new SocketAsyncEventArgs { RemoteEndPoint = _endPoint };
            connect.Completed += (_, _) => done.SetResult();
            if (socket.ConnectAsync(connect))
                await done.Task;
            if (connect.SocketError is SocketError.Success)
                return socket;
            socket.Dispose();
        }

        return null;
    }

    private void Count(ref int counter)
    {
        Interlocked.Increment(ref counter);
        if (!System.Runtime.CompilerServices.Unsafe.AreSame(ref counter, ref _closes))
        {
            var next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Interlocked.Exchange(ref _progress, next).TrySetResult();
        }
    }
}
