using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Event;
using Aleph.Actors.Tests.Support;
using Aleph.Actors.Transports.AkkaIo;
using Xunit;

namespace Aleph.Actors.Tests.Transports.AkkaIo;

public sealed class LostAcceptTests() : PatientTestKit()
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_accept_that_a_stock_listener_drops_is_closed(bool hasEnded)
    {
        var port = StockPort.Open(
            Sys,
            new StockTerms(new IPEndPoint(IPAddress.Loopback, 0), 16, false, false, 64 * 1024, null),
            TestActor,
            _ => { },
            _ => true);
        await ExpectMsgAsync<StockPort.Bound>();
        Sys.ActorSelection("/system/IO-TCP/tcp-listener-*").Tell(new Identify(1), TestActor);
        var stock = (IInternalActorRef)(await ExpectMsgAsync<ActorIdentity>()).Subject!;
        using var accept = new SocketAsyncEventArgs();
        var (client, lost) = await LoseAsync(accept);
        using var owned = client;

        // What comes before it unbinds is its own.
        Sys.EventStream.Publish(new UnhandledMessage(lost, ActorRefs.NoSender, stock));
        Assert.False(accept.AcceptSocket!.SafeHandle.IsClosed);
        if (hasEnded)
        {
            await WatchAsync(stock);
            port.Refuse(TestActor);
            await ExpectTerminatedAsync(stock);
            Sys.EventStream.Publish(new DeadLetter(lost, stock, stock));
        }
        else
        {
            stock.Suspend();
            port.Refuse(TestActor);
            Sys.EventStream.Publish(new UnhandledMessage(lost, ActorRefs.NoSender, stock));
            stock.Resume();
        }

        Assert.Equal(0, await client.ReceiveAsync(new byte[1]).Within("the peer was told"));
    }

    private static async Task<(Socket Client, object Lost)> LoseAsync(SocketAsyncEventArgs accept)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.LocalEndPoint!).Within("a connection");
        accept.AcceptSocket = await listener.AcceptAsync().Within("the accept");
        var type = Type.GetType("Akka.IO.TcpListener+AcceptCompleted, Akka", throwOnError: true)!;
        return (client, Activator.CreateInstance(type, accept)!);
    }
}
