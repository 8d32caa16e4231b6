using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Configuration;
using Akka.IO;
using Akka.TestKit;
using Aleph.Actors.Tests.Support;
using Xunit;
using AkkaTcp = Akka.IO.Tcp;

namespace Aleph.Actors.Tests.Tcp.Handlers;

/// <summary>
/// What the tests of Akka.IO's messages share: a manager, stock or ours, probes as handlers, plain sockets as peers.
/// </summary>
public abstract class TcpFace(Config? config = null) : PatientTestKit(config ?? Config.Empty)
{
    protected static readonly IPEndPoint Loopback = new(IPAddress.Loopback, 0);

    /// <summary>Whose manager.</summary>
    public enum Manager
    {
        /// <summary>Akka.IO's own.</summary>
        Stock,

        /// <summary>The one of this library.</summary>
        Ours,
    }

    protected static TimeSpan Long => Waiting.Patience;

    protected IActorRef Of(Manager manager) => manager == Manager.Stock ? Sys.Tcp() : Sys.AlephTcp().Manager;

    /// <summary>Binds to loopback with a new probe as handler.</summary>
    protected async Task<Bind> BindAsync(
        Manager manager,
        bool pullMode = false,
        IEnumerable<Inet.SocketOption>? options = null,
        Akka.IO.TcpSettings? settings = null)
    {
        var handler = CreateTestProbe();
        var bind = new AkkaTcp.Bind(
            handler.Ref, Loopback, options: options, pullMode: pullMode)
        {
            TcpSettings = settings,
        };
        Of(manager).Tell(bind, handler.Ref);
        var bound = await handler.ExpectMsgAsync<AkkaTcp.Bound>(Long);
        return new Bind(handler, handler.LastSender, bound.LocalAddress);
    }

    /// <summary>Connects a plain socket, and answers it with the connection that the handler was told of.</summary>
    protected static async Task<(Socket Peer, IActorRef Connection)> ConnectAsync(Bind bind)
    {
        var peer = await TcpTesting.ConnectAsync(bind.EndPoint);
        await bind.Handler.ExpectMsgAsync<AkkaTcp.Connected>(Long);
        return (peer, bind.Handler.LastSender);
    }

    /// <summary>Binds, connects, registers a probe.</summary>
    protected async Task<Open> OpenAsync(
        Manager manager,
        bool keepOpen = false,
        bool pullMode = false,
        IEnumerable<Inet.SocketOption>? options = null,
        Akka.IO.TcpSettings? settings = null)
    {
        var bind = await BindAsync(manager, pullMode, options, settings);
        var (peer, connection) = await ConnectAsync(bind);
        var handler = CreateTestProbe();
        handler.Watch(connection);
        connection.Tell(new AkkaTcp.Register(handler.Ref, keepOpen), handler.Ref);
        return new Open(bind, peer, connection, handler);
    }

    /// <summary>
    /// Has the connection do things that the handler is told of, so that whatever it would tell by itself comes before.
    /// </summary>
    protected static async Task ExpectNothingMeanwhileAsync(IActorRef connection, TestProbe handler)
    {
        for (var i = 0; i < 20; i++)
        {
            connection.Tell(Write(0, new Ack(i)), handler.Ref);
            Assert.Equal(i, (await handler.ExpectMsgAsync<Ack>(Long)).Number);
        }
    }

    /// <summary>Awaits <paramref name="text"/>, in however many pieces.</summary>
    protected static async Task ExpectTextAsync(TestProbe handler, string text)
    {
        var received = ByteString.Empty;
        while (received.Count < text.Length)
            received += (await handler.ExpectMsgAsync<AkkaTcp.Received>(Long)).Data;
        Assert.Equal(text, received.ToString());
    }

    protected static AkkaTcp.Write Write(string text) => AkkaTcp.Write.Create(ByteString.FromString(text));

    protected static AkkaTcp.Write Write(int length, AkkaTcp.Event? ack = null) =>
        AkkaTcp.Write.Create(ByteString.FromBytes(new byte[length]), ack ?? AkkaTcp.NoAck.Instance);

    /// <summary>Reads to the end; null when there is a reset.</summary>
    protected static async Task<byte[]?> ReadToEndAsync(Socket peer)
    {
        var (all, buffer) = (new MemoryStream(), new byte[65_536]);
        try
        {
            while (await peer.ReceiveAsync(buffer).Within("bytes or an end") is > 0 and var count)
                all.Write(buffer, 0, count);
            return all.ToArray();
        }
        catch (SocketException)
        {
            return null;
        }
    }

    protected static Socket Listen()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(Loopback);
        listener.Listen();
        return listener;
    }

    protected static void Reset(Socket peer)
    {
        peer.LingerState = new LingerOption(true, 0);
        peer.Dispose();
    }

    /// <summary>With whose managers the cases of a suite run.</summary>
    public interface IManagers
    {
        static abstract TheoryData<Manager> All { get; }
    }

    /// <summary>With both.</summary>
    public sealed class StockAndOurs : IManagers
    {
        public static TheoryData<Manager> All => [Manager.Stock, Manager.Ours];
    }

    /// <summary>Where stock cannot keep up: some of its own messages cannot be serialised.</summary>
    public sealed class OursAlone : IManagers
    {
        public static TheoryData<Manager> All => [Manager.Ours];
    }

    /// <summary>What listens.</summary>
    protected sealed record Bind(TestProbe Handler, IActorRef Listener, EndPoint EndPoint);

    /// <summary>One registered connection.</summary>
    protected sealed record Open(Bind Bind, Socket Peer, IActorRef Connection, TestProbe Handler) : IDisposable
    {
        public void Dispose() => Peer.Dispose();
    }

    /// <summary>An acknowledgement of the tests.</summary>
    protected sealed class Ack(int number) : AkkaTcp.Event
    {
        public int Number => number;
    }
}
