using System.Net;
using System.Net.Sockets;
using Aleph.Actors.Udp;

namespace Aleph.Actors.Tests.Udp;

/// <summary>A real socket whose sends first end as scripted, as those of a full or a broken kernel.</summary>
internal sealed class ScriptedDatagramSocket(DatagramSocket inner)
    : DatagramSocket(inner.Socket, inner.Remote)
{
    private TaskCompletionSource _writable = new();

    /// <summary>How the next attempts end; the socket decides when it is empty.</summary>
    public Queue<SocketError> Script { get; } = new();

    /// <summary>Sends that wait go ahead, or fail.</summary>
    public void Release(SocketError error = SocketError.Success)
    {
        var writable = Interlocked.Exchange(ref _writable, new TaskCompletionSource());
        if (error == SocketError.Success)
            writable.SetResult();
        else
            writable.SetException(new SocketException((int)error));
    }

    public override SocketError TrySend(ReadOnlySpan<byte> payload, SocketAddress? address) =>
        Script.TryDequeue(out var error) && error != SocketError.Success ? error : base.TrySend(payload, address);

    public override async ValueTask<int> SendAsync(ReadOnlyMemory<byte> payload, SocketAddress? address)
    {
        await _writable.Task;
        return await base.SendAsync(payload, address);
    }
}
