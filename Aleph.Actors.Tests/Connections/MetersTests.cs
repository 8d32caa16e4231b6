using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Akka.TestKit.Xunit2;
using Aleph.Actors.Tests.Support;
using Aleph.Actors.Tests.Tcp;
using Xunit;

namespace Aleph.Actors.Tests.Connections;

public sealed class MetersTests : TestKit
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

        var port = $"server.port={((System.Net.IPEndPoint)server.LocalEndPoint).Port}";
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

    private static bool Has(string tags, string tag) => tags.Contains(tag, StringComparison.Ordinal);

    private double[] Values(string name, string tag) =>
        [.. _measured.Where(m => m.Name == name && Has(m.Tags, tag + " ")).Select(m => m.Value)];

    private MeterListener Listen()
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name is Meters.Server or Meters.Client)
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
