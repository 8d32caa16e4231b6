using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Aleph.Actors.Dns;
using Aleph.Actors.Tests.Conformance;
using Aleph.Actors.Tests.Dns;
using Aleph.Actors.Tests.Support;
using Aleph.Actors.Tests.Tcp;
using Xunit;

namespace Aleph.Actors.Tests.Connections;

public sealed class MetersTests : PatientTestKit
{
    private readonly ConcurrentQueue<(string Name, double Value, string Tags)> _measured = [];

    [Fact]
    public async Task Connections_of_servers_and_clients_are_measured()
    {
        using var listener = Listen();
        var server = await TcpServer.BindAsync(Sys, _ => new EchoProtocol());
        var echoed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var protocol = new ScriptedProtocol
        {
            OnStart = c => c.Output.Write("hello"u8),
            Receive = (c, data) =>
            {
                echoed.TrySetResult();
                c.Close(ConnectionEnd.Completed);
                return data.Length;
            },
        };
        await TcpClient.ConnectAsync(Sys, server.LocalEndPoint, _ => protocol).Within("a connection");
        await echoed.Task.Within("the echo");
        await protocol.Ended.Within("the end of the client");
        await server.DrainAsync().Within("the end of the server");

        // A protocol is told of the end before it is measured; the count of the open ones comes last.
        var port = $"server.port={((System.Net.IPEndPoint)server.LocalEndPoint).Port}";
        await Pacing.UntilAsync(
            () => Task.FromResult(Values("aleph.client.active_connections", port).Length > 1), "the end was measured");
        Assert.InRange(Assert.Single(Values("aleph.client.connect.duration", port)), 0, 60);
        foreach (var side in new[] { "aleph.server", "aleph.client" })
        {
            Assert.Equal([1, -1], Values(side + ".active_connections", port));
            Assert.InRange(Assert.Single(Values(side + ".connection.duration", port)), 0, 60);
            Assert.Contains(5, Values(side + ".connection.io", "receive"));
            Assert.Contains(5, Values(side + ".connection.io", "transmit"));
        }
    }

    [Fact]
    public async Task An_end_that_is_no_success_names_its_reason()
    {
        using var listener = Listen();
        var server = await TcpServer.BindAsync(Sys, _ => new EchoProtocol(stubborn: true));
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync((System.Net.IPEndPoint)server.LocalEndPoint).Within("a connection");
        await client.GetStream().WriteAsync("x"u8.ToArray());
        Assert.Equal(1, await client.GetStream().ReadAsync(new byte[1]).AsTask().Within("the echo"));
        await server.DrainAsync(TimeSpan.Zero).Within("the end of the server");

        var port = $"server.port={((System.Net.IPEndPoint)server.LocalEndPoint).Port}";
        var duration = Assert.Single(
            _measured, m => m.Name == "aleph.server.connection.duration" && Has(m.Tags, port + " "));
        Assert.Contains("error.type=app_shutdown_timeout", duration.Tags, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Datagrams_are_measured()
    {
        // Of a size that no other test sends, because every socket of the process is measured.
        const int Size = 12_347;
        using var listener = Listen();
        await using var receiver = await Sys.AlephUdp().BindAsync(UdpSettings.Default with
        {
            ReceiveQueueCapacity = 1,
        }).Within("the receiver was bound");
        await using var sender = await Sys.AlephUdp().BindAsync(0).Within("the sender was bound");
        for (var i = 0; i < 2; i++)
            await sender.SendAsync(new Datagram(receiver.LocalEndPoint, new byte[Size])).Within("a datagram was sent");
        await Pacing.UntilAsync(
            () => Task.FromResult(
                receiver.Statistics.Dropped == 1 && Values("aleph.udp.dropped_datagrams", "").Length > 0),
            "one datagram was dropped, and that was measured");

        Assert.Equal([Size], Values("aleph.udp.io", "network.io.direction=receive").Where(bytes => bytes == Size));
        Assert.Equal([Size, Size], Values("aleph.udp.io", "direction=transmit").Where(bytes => bytes == Size));
        Assert.Contains(1, Values("aleph.udp.datagrams", "direction=receive"));
        Assert.Contains(1, Values("aleph.udp.datagrams", "direction=transmit"));
        Assert.Contains(_measured, m => (m.Name, m.Value) == ("aleph.udp.dropped_datagrams", 1));
    }

    [Fact]
    public async Task Look_ups_are_measured()
    {
        using var listener = Listen();
        await using var dns = new ResolverHarness();
        dns.Source.Prepare("found.meters.example", ScriptedSource.Found("10.0.0.1", ttlSeconds: 60));
        dns.Source.Prepare("lost.meters.example", ScriptedSource.Failed(DnsFailure.NotFound));
        await dns.ResolveAsync("found.meters.example");
        await dns.ResolveAsync("found.meters.example");
        await dns.FailAsync("lost.meters.example");
        await dns.FailAsync("lost.meters.example");

        var found = Assert.Single(Values("dns.lookup.duration", "dns.question.name=found.meters.example"));
        Assert.InRange(found, 0, 60);
        Assert.InRange(
            Assert.Single(Values("dns.lookup.duration", "name=lost.meters.example error.type=NotFound")), 0, 60);
        foreach (var cache in new[] { "hit", "negative_hit", "miss" })
            Assert.Contains(1, Values("aleph.dns.questions", "aleph.dns.cache=" + cache));
    }

    private static bool Has(string tags, string tag) => tags.Contains(tag, StringComparison.Ordinal);

    private double[] Values(string name, string tag) =>
        [.. _measured.Where(m => m.Name == name && Has(m.Tags, tag + " ")).Select(m => m.Value)];

    private MeterListener Listen()
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name is Meters.Server or Meters.Client or Meters.Udp or Meters.Dns)
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((i, value, tags, _) => Add(i, value, tags));
        listener.SetMeasurementEventCallback<double>((i, value, tags, _) => Add(i, value, tags));
        listener.Start();
        return listener;
    }

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var text = string.Join(' ', tags.ToArray().Select(t => $"{t.Key}={t.Value}"));
        _measured.Enqueue((instrument.Name, value, text + " "));
    }
}
