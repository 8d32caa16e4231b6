using System.Net;
using System.Net.Sockets;
using Aleph.Actors.Tests.Support;
using Aleph.Actors.Tests.Tcp;
using Aleph.Actors.Transports.Sockets;
using Xunit;

namespace Aleph.Actors.Tests.Transports;

public sealed class ReceiveOperationTests : PatientTestKit
{
    [Fact]
    public async Task Bytes_consumed_between_a_completion_and_its_result_move_nothing()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using var peer = await TcpTesting.ConnectAsync(listener.LocalEndPoint!);
        using var socket = await listener.AcceptAsync();
        var operation = new ReceiveOperation(TestActor, 2048, 65536);
        await ReceiveAsync("first"u8.ToArray());
        Assert.Equal("first"u8, operation.Unconsumed);

        // As after a pause: what came before is presented while the next receive has completed on another thread.
        Assert.True(operation.MakeRoom(large: false, mayGrow: true));
        var completed = operation.Begin(socket);
        await peer.SendAsync("second"u8.ToArray());
        if (!completed)
            await ExpectMsgAsync<ReceiveOperation>(Waiting.Patience);
        operation.Consumed(5);
        operation.Received(operation.BytesTransferred);

        Assert.Equal("second"u8, operation.Unconsumed);
        operation.Release();

        async Task ReceiveAsync(byte[] bytes)
        {
            Assert.True(operation.MakeRoom(large: false, mayGrow: true));
            if (!operation.Begin(socket))
            {
                await peer.SendAsync(bytes);
                await ExpectMsgAsync<ReceiveOperation>(Waiting.Patience);
            }

            operation.Received(operation.BytesTransferred);
        }
    }
}
