using System.Diagnostics.Metrics;

namespace Aleph.Actors.Http.WebSocketFaces;

/// <summary>
/// Every instrument of WebSockets: of accepted ones on the meter <see cref="Meters.Server"/>, of opened ones on <see
/// cref="Meters.Client"/>. Nothing is measured while nobody listens.
/// </summary>
internal static class WebSocketMeters
{
    private static readonly WebSocketInstruments Accepted = new(new Meter(Meters.Server), "aleph.server.websocket");
    private static readonly WebSocketInstruments Opened = new(new Meter(Meters.Client), "aleph.client.websocket");

    public static WebSocketInstruments Of(WebSockets.WebSocketRole role) =>
        role == WebSockets.WebSocketRole.Server ? Accepted : Opened;
}

/// <summary>The instruments of one end.</summary>
internal sealed class WebSocketInstruments(Meter meter, string prefix)
{
    private const string Direction = "network.io.direction";
    private const string CloseCode = "aleph.websocket.close_code";

    private static readonly KeyValuePair<string, object?> Receive = new(Direction, "receive");
    private static readonly KeyValuePair<string, object?> Transmit = new(Direction, "transmit");

    /// <summary>WebSockets that are open.</summary>
    public UpDownCounter<long> Active { get; } = meter.CreateUpDownCounter<long>(
        prefix + ".active", "{websocket}", "WebSockets that are open");

    /// <summary>Messages; tag: network.io.direction (receive, transmit).</summary>
    public Counter<long> Messages { get; } = meter.CreateCounter<long>(
        prefix + ".messages", "{message}", "Messages received and sent");

    /// <summary>Bytes of messages without compression; tag: network.io.direction.</summary>
    public Counter<long> Bytes { get; } = meter.CreateCounter<long>(
        prefix + ".io", "By", "Bytes of messages received and sent, without compression");

    /// <summary>Pings, heartbeats included; tag: network.io.direction.</summary>
    public Counter<long> Pings { get; } = meter.CreateCounter<long>(
        prefix + ".pings", "{ping}", "Pings received and sent");

    /// <summary>WebSockets that have ended; tag: aleph.websocket.close_code (1000 to 2999, 3xxx, 4xxx).</summary>
    public Counter<long> Closed { get; } = meter.CreateCounter<long>(
        prefix + ".closed", "{websocket}", "WebSockets that have ended");

    public void Add(WebSocketCount count, long amount)
    {
        switch (count)
        {
            case WebSocketCount.MessagesReceived:
                Messages.Add(amount, Receive);
                break;
            case WebSocketCount.MessagesSent:
                Messages.Add(amount, Transmit);
                break;
            case WebSocketCount.BytesReceived:
                Bytes.Add(amount, Receive);
                break;
            case WebSocketCount.BytesSent:
                Bytes.Add(amount, Transmit);
                break;
            case WebSocketCount.PingsReceived:
                Pings.Add(amount, Receive);
                break;
            case WebSocketCount.PingsSent:
                Pings.Add(amount, Transmit);
                break;
        }
    }

    /// <summary>
    /// One has ended. Peers may make up any code from 3000 on, so those are told by their first digit.
    /// </summary>
    public void Ended(int code)
    {
        Active.Add(-1);
        Closed.Add(1, new KeyValuePair<string, object?>(CloseCode, code switch
        {
            >= 4000 => "4xxx",
            >= 3000 => "3xxx",
            _ => code,
        }));
    }
}
