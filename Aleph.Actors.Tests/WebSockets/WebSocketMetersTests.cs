using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Akka.Actor;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Conformance;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.WebSockets;

/// <summary>The instruments of WebSockets at both ends. Alone, because it listens to all of the process.</summary>
[Collection(AloneCollection.Name)]
public sealed class WebSocketMetersTests : IAsyncLifetime
{
    private readonly ActorSystem _system = ActorSystem.Create("meters");
    private readonly ConcurrentDictionary<string, long> _sums = new();
    private readonly MeterListener _listener = new();

    public WebSocketMetersTests()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name is Meters.Server or Meters.Client && instrument.Name.Contains(".websocket."))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            var name = instrument.Name;
            foreach (var tag in tags)
                name += $" {tag.Key}={tag.Value}";
            _sums.AddOrUpdate(name, value, (_, old) => old + value);
        });
    }

    public async Task InitializeAsync()
    {
        // Those of other tests are not to be counted.
        await Pacing.UntilProcessIsQuietAsync();
        _listener.Start();
    }

    public async Task DisposeAsync()
    {
        _listener.Dispose();
        await _system.Terminate();
    }

    [Fact]
    public async Task Messages_bytes_pings_and_close_codes_are_measured_at_both_ends()
    {
        await using (var server = await _system.Http().ServeAsync(
            0, request => HttpResponse.WebSocket(request, (socket, message) => socket.SendAsync(message))))
        {
            await TalkAsync(server, 1000);
            await TalkAsync(server, 4321);
        }

        foreach (var end in new[] { "server", "client" })
        {
            var (sent, received) = end == "client" ? ("transmit", "receive") : ("receive", "transmit");
            Assert.Equal(2, Sum($"aleph.{end}.websocket.messages network.io.direction={sent}"));
            Assert.Equal(2, Sum($"aleph.{end}.websocket.messages network.io.direction={received}"));
            Assert.Equal(10, Sum($"aleph.{end}.websocket.io network.io.direction={sent}"));
            Assert.Equal(10, Sum($"aleph.{end}.websocket.io network.io.direction={received}"));
            Assert.Equal(2, Sum($"aleph.{end}.websocket.pings network.io.direction={sent}"));
            Assert.Equal(1, Sum($"aleph.{end}.websocket.closed aleph.websocket.close_code=1000"));
            Assert.Equal(1, Sum($"aleph.{end}.websocket.closed aleph.websocket.close_code=4xxx"));
            Assert.Equal(0, Sum($"aleph.{end}.websocket.active"));
        }
    }

    private async Task TalkAsync(ServerBinding server, int code)
    {
        var socket = await _system.Http().WebSocketAsync($"ws://{server.LocalEndPoint}/").Within("it opened");
        await socket.SendAsync("hello");
        await socket.ReceiveAsync().AsTask().Within("an echo");
        await socket.PingAsync().Within("a pong");
        await socket.CloseAsync(code).Within("it closed");
    }

    private long Sum(string name) =>
        _sums.TryGetValue(name, out var sum) ? sum : throw new KeyNotFoundException(
            $"{name} was not measured, but {string.Join("; ", _sums.Keys.Order())}");
}
