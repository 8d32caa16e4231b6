using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Aleph.Actors.Tests.Support;

namespace Aleph.Actors.Tests.Dns;

/// <summary>A name server on loopback, UDP and TCP on one port, that says what a test wants.</summary>
internal sealed class ScriptedNameServer : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentQueue<DnsAsk> _asks = [];
    private readonly Channel<DnsAsk> _arrivals = Channel.CreateUnbounded<DnsAsk>();
    private readonly Socket _udp;
    private readonly Socket _tcp;
    private readonly Task _loops;

    public ScriptedNameServer(Func<DnsAsk, byte[][]>? onUdp = null)
    {
        OnUdp = onUdp ?? (_ => []);
        (_udp, _tcp) = BindBoth();
        EndPoint = (IPEndPoint)_udp.LocalEndPoint!;
        _tcp.Listen();
        _loops = Task.WhenAll(Task.Run(ServeUdpAsync), Task.Run(ServeTcpAsync));
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>The datagrams that answer a query, none for silence. Called for one query at a time.</summary>
    public Func<DnsAsk, byte[][]> OnUdp { get; set; }

    /// <summary>The octets that answer a query, lengths included; then the connection is closed.</summary>
    public Func<DnsAsk, byte[]> OnTcp { get; set; } = _ => [];

    /// <summary>Whether a query over TCP gets neither an answer nor an end.</summary>
    public bool TcpIsSilent { get; set; }

    public IReadOnlyCollection<DnsAsk> Asks => _asks;

    /// <summary>The next query that nobody has waited for.</summary>
    public Task<DnsAsk> NextAsync() => _arrivals.Reader.ReadAsync().Within("a query arrived");

    public void Send(byte[] datagram, EndPoint client) => _udp.SendTo(datagram, client);

    /// <summary>From now on connections are refused.</summary>
    public void CloseTcp() => _tcp.Dispose();

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _udp.Dispose();
        _tcp.Dispose();
        await _loops.Within("the name server ended");
    }

    private static (Socket Udp, Socket Tcp) BindBoth()
    {
        // The system chooses the UDP port; that of TCP may be taken.
        for (var left = 50; ; left--)
        {
            var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            var tcp = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                udp.Bind(new IPEndPoint(IPAddress.Loopback, 0));
                tcp.Bind(udp.LocalEndPoint!);
                return (udp, tcp);
            }
            catch (SocketException) when (left > 0)
            {
                udp.Dispose();
                tcp.Dispose();
            }
        }
    }

    private async Task ServeUdpAsync()
    {
        var buffer = new byte[65_535];
        while (!_end.IsCancellationRequested)
        {
            try
            {
                var from = await _udp.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), _end.Token);
                var ask = new DnsAsk(buffer[..from.ReceivedBytes], from.RemoteEndPoint, OverTcp: false);
                Note(ask);
                foreach (var datagram in OnUdp(ask))
                    _udp.SendTo(datagram, from.RemoteEndPoint);
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // An asker that has gone is told by ICMP; an end by cancellation.
                continue;
            }
        }
    }

    private async Task ServeTcpAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                using var client = await _tcp.AcceptAsync(_end.Token);
                await using var stream = new NetworkStream(client);
                var length = new byte[2];
                await stream.ReadExactlyAsync(length, _end.Token);
                var octets = new byte[(length[0] << 8) | length[1]];
                await stream.ReadExactlyAsync(octets, _end.Token);
                var ask = new DnsAsk(octets, client.RemoteEndPoint!, OverTcp: true);
                Note(ask);
                if (TcpIsSilent)
                    await Task.Delay(Timeout.Infinite, _end.Token);
                await stream.WriteAsync(OnTcp(ask), _end.Token);
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                // An asker that has gone; its end, or ours, is for the next round to see.
                continue;
            }
        }
    }

    private void Note(DnsAsk ask)
    {
        _asks.Enqueue(ask);
        _arrivals.Writer.TryWrite(ask);
    }
}
