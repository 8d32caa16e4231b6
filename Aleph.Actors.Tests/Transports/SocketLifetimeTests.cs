using System.Net.Sockets;
using Akka.Actor;
using Aleph.Actors.Connections;
using Aleph.Actors.Tests.Support;
using Aleph.Actors.Transports.Sockets;
using Xunit;

namespace Aleph.Actors.Tests.Transports;

public class SocketLifetimeTests() : LifetimeSuite(new SocketWire())
{
    [Fact]
    public async Task Inline_completions_serve_as_well()
    {
        var settings = ConnectionSettings.Default with { InlineCompletions = true };
        var (_, peer) = await ConnectAsync(ScriptedProtocol.Echo(), settings);
        await peer.WriteAsync("inline"u8.ToArray());
        Assert.Equal("inline"u8.ToArray(), await peer.ReadExactlyAsync(6));
    }

    [Fact]
    public async Task Serves_unix_domain_sockets()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(1);
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await client.ConnectAsync(new UnixDomainSocketEndPoint(path));
        var transport = new SocketTransport(
            await listener.AcceptAsync(), ConnectionSettings.Default, TimeProvider.System);
        var spec = new ConnectionSpec(_ => ScriptedProtocol.Echo(), ConnectionSettings.Default, TimeProvider.System);
        Sys.ActorOf(ConnectionActor.Create(spec)).Tell(new ConnectionMessages.Adopt(1, transport));
        await client.SendAsync("unix"u8.ToArray());
        var answer = new byte[10];
        Assert.Equal(4, await client.ReceiveAsync(answer).Within("the echo came"));
        File.Delete(path);
    }
}

public class AkkaIoLifetimeTests() : LifetimeSuite(new AkkaIoServerWire());

public class AkkaIoClientLifetimeTests() : LifetimeSuite(new AkkaIoClientWire());
