using Akka.Event;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Connections;

public sealed class WireLogTests() : ConnectionHarness(new MemoryWire(MemoryTransportOptions.Default))
{
    [Fact]
    public async Task Logs_connecting_bytes_both_ways_and_closing()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Info));
        var (_, peer) = await ConnectAsync(new WireLogSettings { Level = LogLevel.InfoLevel });
        await peer.WriteAsync("hi {0}\n"u8.ToArray());
        await peer.ReadExactlyAsync(7);
        peer.HalfClose();
        await peer.ReadToEndAsync();

        await ExpectLineAsync("is connected");
        await ExpectLineAsync("received 7 bytes\n00000000  68 69 20 7b 30 7d 0a");
        await ExpectLineAsync("sent 7 bytes\n00000000  68 69 20 7b 30 7d 0a");
        await ExpectLineAsync("is closed: Completed  (7 bytes received, 7 sent)");
    }

    [Fact]
    public async Task Shows_the_bytes_on_the_wire_where_told_to_and_no_more_than_the_limit()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Info));
        var log = new WireLogSettings { Level = LogLevel.InfoLevel, Encrypted = true, MaxBytes = 2 };
        var (_, peer) = await ConnectAsync(log, new XorFilter(0xFF));
        await peer.WriteAsync(new byte[] { 0xFF, 0xFE, 0xFD });
        await peer.ReadExactlyAsync(3);

        await ExpectLineAsync("is connected");
        var line = await ExpectLineAsync("received 3 bytes\n00000000  ff fe ");
        Assert.EndsWith("\n… 1 more byte", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shows_counts_alone_where_no_byte_may_be_shown()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Info));
        var (_, peer) = await ConnectAsync(new WireLogSettings { Level = LogLevel.InfoLevel, MaxBytes = 0 });
        await peer.WriteAsync("secret"u8.ToArray());

        await ExpectLineAsync("is connected");
        Assert.EndsWith("received 6 bytes", await ExpectLineAsync("received"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Costs_no_layer_where_its_level_is_not_heard()
    {
        var protocol = ScriptedProtocol.Echo();
        Sys.EventStream.SetLogLevel(LogLevel.ErrorLevel);
        Sys.EventStream.Subscribe(TestActor, typeof(Info));
        var (_, peer) = await ConnectAsync(protocol, change: spec => spec with
        {
            WireLog = new WireLogSettings { Level = LogLevel.InfoLevel },
        });
        await peer.WriteAsync("x"u8.ToArray());
        await peer.ReadExactlyAsync(1);

        Assert.False(HasMessages);
    }

    private Task<(Akka.Actor.IActorRef Actor, IWirePeer Peer)> ConnectAsync(
        WireLogSettings log, IByteFilter? filter = null) =>
        ConnectAsync(ScriptedProtocol.Echo(), change: spec => spec with
        {
            WireLog = log,
            FilterAfterTls = _ => filter,
        });

    private async Task<string> ExpectLineAsync(string part)
    {
        var info = await ExpectMsgAsync<Info>(Waiting.Limit);
        var line = info.Message.ToString()!;
        Assert.StartsWith("Aleph.Actors.WireLog", info.LogSource, StringComparison.Ordinal);
        Assert.Contains(part, line, StringComparison.Ordinal);
        return line;
    }
}
