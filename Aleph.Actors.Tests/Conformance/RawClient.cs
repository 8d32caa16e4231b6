using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Aleph.Actors.Tests.Support;

namespace Aleph.Actors.Tests.Conformance;

/// <summary>How the server ended a connection.</summary>
internal enum ConnectionFate
{
    Closed,
    Reset,
}

/// <summary>A final answer as a client reads it.</summary>
internal sealed record RawResponse(int Status, IReadOnlyList<string> Head, string Body)
{
    public string? this[string name] =>
        Head.FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?
            .Split(':', 2)[1].Trim();
}

/// <summary>A client that sends bytes as they are, and reads answers strictly.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    private RawClient(Socket socket) => Socket = socket;

    public Socket Socket { get; }

    /// <summary>How the connection ended; null while it has not.</summary>
    public ConnectionFate? Fate { get; private set; }

    /// <summary>The bytes of a text in which <c>|</c> stands for CRLF; each character is one byte.</summary>
    public static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(
        text.Replace("|", "\r\n", StringComparison.Ordinal));

    public static async Task<RawClient> ConnectAsync(EndPoint endPoint, Action<Socket>? configure = null)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        configure?.Invoke(socket);
        await socket.ConnectAsync(endPoint).Within($"a connection to {endPoint}");
        return new RawClient(socket);
    }

    /// <summary>Sends all; false when the server has reset the connection before.</summary>
    public async Task<bool> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            while (!bytes.IsEmpty)
                bytes = bytes[await Socket.SendAsync(bytes).Within("the server took bytes")..];
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public void EndOutput() => Socket.Shutdown(SocketShutdown.Send);

    /// <summary>Closes with a reset.</summary>
    public void Reset()
    {
        Socket.LingerState = new LingerOption(true, 0);
        Socket.Dispose();
    }

    /// <summary>The next final answer; interim ones are skipped.</summary>
    /// <exception cref="EndOfStreamException">The connection ended before.</exception>
    public async Task<RawResponse> ReadResponseAsync(bool toHead = false)
    {
        while (true)
        {
            var head = await ReadHeadAsync();
            var status = int.Parse(head[0].Split(' ')[1], CultureInfo.InvariantCulture);
            if (status is >= 100 and < 200 and not 101)
                continue;
            var plain = new RawResponse(status, head, "");
            return toHead || status is 101 or 204 or 304 ? plain : plain with { Body = await ReadBodyAsync(plain) };
        }
    }

    /// <summary>All answers until the server ends the connection.</summary>
    public async Task<List<RawResponse>> ReadToEndAsync()
    {
        var all = new List<RawResponse>();
        while (await FillAsync())
            all.Add(await ReadResponseAsync());
        return all;
    }

    /// <summary>Discards bytes until there are none; answers how many there were.</summary>
    public async Task<long> DrainAsync()
    {
        long count = 0;
        while (await FillAsync())
        {
            count += _end - _start;
            _start = _end;
        }

        return count;
    }

    /// <summary>Reads and discards at most <paramref name="most"/> bytes; 0 at the end.</summary>
    public async Task<int> ReadSomeAsync(int most)
    {
        if (!await FillAsync(most))
            return 0;
        var count = Math.Min(most, _end - _start);
        _start += count;
        return count;
    }

    /// <summary>At most so many bytes of what comes next, at least one.</summary>
    /// <exception cref="EndOfStreamException">The connection ended before.</exception>
    public async Task<ReadOnlyMemory<byte>> ReadBytesAsync(int most)
    {
        await NeedAsync();
        var bytes = _buffer.AsMemory(_start, Math.Min(most, _end - _start));
        _start += bytes.Length;
        return bytes;
    }

    public void Dispose() => Socket.Dispose();

    private async Task<List<string>> ReadHeadAsync()
    {
        var head = new List<string>();
        for (var line = await ReadLineAsync(); line.Length > 0; line = await ReadLineAsync())
            head.Add(line);
        return head;
    }

    private async Task<string> ReadBodyAsync(RawResponse response)
    {
        if (response["Transfer-Encoding"] is not null)
            return await ReadChunksAsync();
        if (response["Content-Length"] is { } length)
            return await ReadTextAsync(int.Parse(length, CultureInfo.InvariantCulture));
        var text = new StringBuilder();
        while (await FillAsync())
            text.Append(await ReadTextAsync(_end - _start));
        return text.ToString();
    }

    private async Task<string> ReadChunksAsync()
    {
        var text = new StringBuilder();
        while (true)
        {
            var size = int.Parse(await ReadLineAsync(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (size == 0)
                break;
            text.Append(await ReadTextAsync(size));
            if (await ReadLineAsync() != "")
                throw new InvalidDataException("A chunk does not end with CRLF.");
        }

        await ReadHeadAsync();
        return text.ToString();
    }

    private async Task<string> ReadLineAsync()
    {
        var line = new StringBuilder();
        while (true)
        {
            await NeedAsync();
            var next = (char)_buffer[_start++];
            if (next == '\n' && line is [.., '\r'])
                return line.ToString(0, line.Length - 1);
            line.Append(next);
        }
    }

    private async Task<string> ReadTextAsync(int count)
    {
        var text = new StringBuilder(count);
        while (text.Length < count)
        {
            await NeedAsync();
            var part = Math.Min(count - text.Length, _end - _start);
            text.Append(Encoding.Latin1.GetString(_buffer, _start, part));
            _start += part;
        }

        return text.ToString();
    }

    private async Task NeedAsync()
    {
        if (!await FillAsync())
            throw new EndOfStreamException($"The connection ended ({Fate}) inside an answer.");
    }

    private async Task<bool> FillAsync(int most = int.MaxValue)
    {
        if (_start < _end)
            return true;
        if (Fate is not null)
            return false;
        try
        {
            _start = 0;
            _end = await Socket.ReceiveAsync(_buffer.AsMemory(0, Math.Min(most, _buffer.Length)))
                .Within("bytes or an end from the server");
            Fate = _end == 0 ? ConnectionFate.Closed : null;
        }
        catch (SocketException)
        {
            (_end, Fate) = (0, ConnectionFate.Reset);
        }

        return Fate is null;
    }
}
