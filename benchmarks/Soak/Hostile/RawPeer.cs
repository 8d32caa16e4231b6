using System.Net;
using System.Net.Sockets;
using System.Text;
using Soak.Servers;

namespace Soak.Hostile;

/// <summary>A plain socket to a server, that may do anything.</summary>
internal sealed class RawPeer : IDisposable
{
    /// <summary>A server must have ended a connection that waits for a limit of time by then.</summary>
    public static readonly TimeSpan EndPatience = Stage.Limit + TimeSpan.FromSeconds(20);

    private readonly Socket _socket;

    private RawPeer(Socket socket) => _socket = socket;

    public static async Task<RawPeer> ConnectAsync(EndPoint server)
    {
        var isUnix = server is UnixDomainSocketEndPoint;
        var socket = new Socket(
            server.AddressFamily, SocketType.Stream, isUnix ? ProtocolType.Unspecified : ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(server);
            return new RawPeer(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>As HTTP is written in tables: a bar for each CRLF.</summary>
    public static byte[] Wire(string text) => Encoding.Latin1.GetBytes(text.Replace("|", "\r\n"));

    public Task SendAsync(string wire) => SendAsync(Wire(wire));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await _socket.SendAsync(bytes)..];
    }

    /// <summary>Sends as long as the server takes anything within a second; answers how much it took.</summary>
    public async Task<long> FloodAsync(ReadOnlyMemory<byte> bytes, long limit)
    {
        var sent = 0L;
        while (sent < limit)
        {
            using var blocked = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            try
            {
                sent += await _socket.SendAsync(bytes, blocked.Token);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        return sent;
    }

    public ValueTask<int> ReadAsync(Memory<byte> bytes) => _socket.ReceiveAsync(bytes);

    /// <summary>All until the end of the connection, whatever it is like; up to a MiB of it is kept.</summary>
    /// <exception cref="NotEnduredException">It did not end in time.</exception>
    public async Task<(byte[] Bytes, long Count)> ReadToEndAsync()
    {
        using var patience = new CancellationTokenSource(EndPatience);
        var (kept, buffer, count) = (new MemoryStream(), new byte[64 * 1024], 0L);
        try
        {
            while (await _socket.ReceiveAsync(buffer, patience.Token) is > 0 and var part)
            {
                count += part;
                if (kept.Length < 1 << 20)
                    kept.Write(buffer, 0, part);
            }
        }
        catch (SocketException)
        {
            // A reset is an end, too.
        }
        catch (OperationCanceledException)
        {
            throw new NotEnduredException($"the connection was still open after {EndPatience.TotalSeconds} s");
        }

        return (kept.ToArray(), count);
    }

    /// <summary>Reads to the end, as <see cref="ReadToEndAsync"/>, while it goes on to say something.</summary>
    /// <param name="say">Says it once.</param>
    /// <param name="pause">How long it is silent then.</param>
    public async Task<(byte[] Bytes, long Count)> ReadToEndWhileAsync(Func<Task> say, TimeSpan pause)
    {
        using var isOver = new CancellationTokenSource();
        var saying = SayAsync(say, pause, isOver.Token);
        try
        {
            return await ReadToEndAsync();
        }
        finally
        {
            await isOver.CancelAsync();
            await saying;
        }
    }

    /// <summary>Ends it by a reset.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Dispose();
    }

    public void Dispose() => _socket.Dispose();

    private static async Task SayAsync(Func<Task> say, TimeSpan pause, CancellationToken isOver)
    {
        try
        {
            while (!isOver.IsCancellationRequested)
            {
                await say();
                await Task.Delay(pause, CancellationToken.None);
            }
        }
        catch (SocketException)
        {
            // It has ended.
        }
    }
}
