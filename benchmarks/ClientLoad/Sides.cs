using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Aleph.Actors.Http;

namespace ClientLoad;

/// <summary>A client under measurement.</summary>
internal interface ISide
{
    /// <summary>GET of 13 bytes, read whole.</summary>
    Task GetAsync();

    /// <summary>GET of so many bytes, read and dropped; answers how many came.</summary>
    Task<long> DownloadAsync(long bytes);

    /// <summary>POST of so many bytes to an echo, whose answer is read and dropped; answers how many came
    /// back.</summary>
    Task<long> UploadAsync(long bytes);

    /// <summary>One GET to each of so many origins; answers what keeps their connections open.</summary>
    Task<IAsyncDisposable> OpenOriginsAsync(int count);
}

/// <summary>Bodies that cost their makers next to nothing.</summary>
internal static class Filler
{
    public static readonly byte[] Piece = new byte[64 * 1024];

    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> PiecesAsync(long bytes)
    {
        await Task.CompletedTask;
        for (; bytes > 0; bytes -= Piece.Length)
            yield return Piece.AsMemory(0, (int)Math.Min(bytes, Piece.Length));
    }
}

internal sealed class OurSide : ISide, IAsyncDisposable
{
    private readonly ActorSystem _system = ActorSystem.Create("load", "akka.loglevel = WARNING");
    private readonly AlephHttpClient _client;
    private readonly string _root;
    private readonly int _port;

    public OurSide(int port)
    {
        _port = port;
        _client = _system.Http().CreateClient();
        _root = $"http://127.0.0.1:{port}";
    }

    public async Task GetAsync()
    {
        using var response = await _client.GetAsync(_root + "/");
        if ((await response.Body.ReadBytesAsync()).Length != 13)
            throw new InvalidDataException("The answer has not 13 bytes.");
    }

    public async Task<long> DownloadAsync(long bytes) =>
        await DropAsync(await _client.GetAsync($"{_root}/stream/{bytes}"));

    public async Task<long> UploadAsync(long bytes)
    {
        using var response = await _client.PostAsync(_root + "/", HttpBody.From(Filler.PiecesAsync(bytes), bytes));
        return long.Parse(await response.ReadTextAsync(), CultureInfo.InvariantCulture);
    }

    public async Task<IAsyncDisposable> OpenOriginsAsync(int count)
    {
        var client = _system.Http().CreateClient(
            HttpPoolSettings.Default with { EndPoint = new IPEndPoint(IPAddress.Loopback, _port) });
        for (var i = 0; i < count; i++)
            (await client.GetAsync($"http://h{i}.test/")).Dispose();
        return client;
    }

    public async ValueTask DisposeAsync() => await _system.Terminate();

    private static async Task<long> DropAsync(HttpResponse response)
    {
        var total = 0L;
        await foreach (var element in response.Body.ReadElementsAsync())
            total += element.Length;
        return total;
    }
}

internal sealed class TheirSide(int port) : ISide, IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler());
    private readonly string _root = $"http://127.0.0.1:{port}";

    public async Task GetAsync()
    {
        using var response = await _client.GetAsync(_root + "/");
        if ((await response.Content.ReadAsByteArrayAsync()).Length != 13)
            throw new InvalidDataException("The answer has not 13 bytes.");
    }

    public async Task<long> DownloadAsync(long bytes)
    {
        using var response = await _client.GetAsync(
            $"{_root}/stream/{bytes}", HttpCompletionOption.ResponseHeadersRead);
        return await DropAsync(response);
    }

    public async Task<long> UploadAsync(long bytes)
    {
        using var content = new FillerContent(bytes);
        using var response = await _client.PostAsync(_root + "/", content);
        return long.Parse(await response.Content.ReadAsStringAsync(), CultureInfo.InvariantCulture);
    }

    public async Task<IAsyncDisposable> OpenOriginsAsync(int count)
    {
        var client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellation) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(IPAddress.Loopback, port, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        for (var i = 0; i < count; i++)
            (await client.GetAsync($"http://h{i}.test/")).Dispose();
        return new Owner(client);
    }

    public void Dispose() => _client.Dispose();

    private static async Task<long> DropAsync(HttpResponseMessage response)
    {
        var total = 0L;
        var buffer = new byte[64 * 1024];
        var stream = await response.Content.ReadAsStreamAsync();
        while (await stream.ReadAsync(buffer) is var count and > 0)
            total += count;
        return total;
    }

    private sealed class FillerContent(long bytes) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            for (var left = bytes; left > 0; left -= Filler.Piece.Length)
                await stream.WriteAsync(Filler.Piece.AsMemory(0, (int)Math.Min(left, Filler.Piece.Length)));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = bytes;
            return true;
        }
    }

    private sealed class Owner(HttpClient client) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            client.Dispose();
            return default;
        }
    }
}
