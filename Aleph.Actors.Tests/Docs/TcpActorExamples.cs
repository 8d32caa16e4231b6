using System.Net;
using Akka.Actor;
using Aleph.Actors;
using ByteString = Akka.IO.ByteString;
using Tcp = Akka.IO.Tcp;

namespace Examples.TcpActors;

/// <summary>The examples of docs/guide/tcp-actors.md; TcpActorGuideTests runs them.</summary>
internal static class TcpActorExamples
{
    public static async Task<ServerBinding> EchoAsync(ActorSystem system)
    {
        var server = await TcpServer.BindAsync(system, connection => Props.Create(() => new EchoActor()));
        Console.WriteLine($"echoing at {server.LocalEndPoint}");
        return server;
    }

    public static IActorRef Spawn(ActorSystem system)
    {
        var settings = TcpSettings.Default with { EndPoint = new IPEndPoint(IPAddress.Loopback, 0) };
        var server = system.ActorOf(
            TcpServer.Props(connection => Props.Create(() => new EchoActor()), settings), "echo");
        return server;
    }

    public static void Stock(ActorSystem system, IActorRef handler, EndPoint endPoint)
    {
        // Before: system.Tcp().Tell(new Tcp.Bind(handler, endPoint), handler);
        system.AlephTcp().Manager.Tell(new Tcp.Bind(handler, endPoint), handler);
    }

    public static void Secure(ActorSystem system, IActorRef handler, TlsServerSettings tls)
    {
        var settings = TcpSettings.Default with { Tls = tls, MaxConnections = 1000 };
        system.AlephTcp().Manager.Tell(new TcpCommands.Bind(handler, settings), handler);
    }
}

internal sealed class EchoActor : UntypedActor
{
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Tcp.Received received:
                Sender.Tell(Tcp.Write.Create(received.Data));
                break;
            case Tcp.ConnectionClosed closed:
                Console.WriteLine($"closed: {closed.Cause ?? closed.GetType().Name}");
                break;
        }
    }
}

internal sealed class AskOnce : UntypedActor
{
    private readonly EndPoint _server;
    private readonly IActorRef _observer;

    public AskOnce(EndPoint server, IActorRef observer)
    {
        (_server, _observer) = (server, observer);
        var client = Context.ActorOf(TcpClient.Props(), "client");
        client.Tell(new TcpCommands.Connect(_server));
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Tcp.Connected:
                Sender.Tell(new Tcp.Register(Self));
                Sender.Tell(Tcp.Write.Create(ByteString.FromString("question")));
                break;
            case Tcp.Received received:
                _observer.Tell(received.Data.ToString());
                Sender.Tell(Tcp.Close.Instance);
                break;
            case Tcp.CommandFailed { Cause.Value: ConnectException cause }:
                _observer.Tell($"{cause.Phase} failed: {cause.Message}");
                break;
            case Tcp.ConnectionClosed:
                Context.Stop(Self);
                break;
        }
    }
}

internal sealed class FileSender(IActorRef connection, Queue<ByteString> chunks) : UntypedActor
{
    private readonly Queue<Tcp.Write> _refused = new();

    protected override void PreStart()
    {
        while (chunks.TryDequeue(out var chunk))
            connection.Tell(Tcp.Write.Create(chunk));
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Tcp.CommandFailed { Cmd: Tcp.Write write, Cause.Value: WriteBufferFullException }:
                if (_refused.Count == 0)
                    connection.Tell(Tcp.ResumeWriting.Instance);
                _refused.Enqueue(write);
                break;
            case Tcp.WritingResumed:
                for (var left = _refused.Count; left > 0; left--)
                    connection.Tell(_refused.Dequeue());
                break;
        }
    }
}

internal sealed class MailActor(TlsServerSettings tls) : UntypedActor
{
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Tcp.Received received when received.Data.ToString() == "STARTTLS\r\n":
                Sender.Tell(TcpCommands.StartTls.AsServer(tls, ByteString.FromString("220 go ahead\r\n")));
                break;
            case TcpEvents.Secured secured:
                Console.WriteLine($"{secured.Connection.RemoteEndPoint} speaks {secured.Connection.Tls!.Protocol}");
                Sender.Tell(Tcp.Write.Create(ByteString.FromString("250 secured\r\n")));
                break;
        }
    }
}

internal sealed class JobActor : UntypedActor
{
    private IActorRef? _waiting;

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Tcp.Received received:
                _waiting = Sender;
                Context.ActorSelection("/user/jobs").Tell(received.Data);
                break;
            case TcpEvents.Draining when _waiting is not null:
                Sender.Tell(TcpCommands.HoldDrain.Instance);
                break;
            case ByteString answer:
                _waiting?.Tell(Tcp.Write.Create(answer));
                _waiting?.Tell(Tcp.Close.Instance);
                break;
        }
    }
}
