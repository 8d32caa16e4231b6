using Akka.Actor;
using Aleph.Actors.Connections;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Client;

/// <summary>Clients of a test: their servers are real ones on loopback, or peers in memory that the test
/// scripts.</summary>
public abstract class ClientHarness : PatientTestKit
{
    private protected ClientHarness(string config = "")
        : base("akka.loglevel = WARNING\n" + config)
    {
        IoDispatcher.Install(Sys);
        Sys.Http();
    }

    private protected static string UrlOf(ServerBinding server, string path = "/") =>
        $"http://127.0.0.1:{((System.Net.IPEndPoint)server.LocalEndPoint).Port}{path}";

    private protected Task<ServerBinding> ServeAsync(Func<HttpRequest, HttpResponse> handler) =>
        Sys.Http().ServeAsync(0, handler);

    private protected Task<ServerBinding> ServeAsync(HttpHandler handler) => Sys.Http().ServeAsync(0, handler);

    /// <summary>A client whose connections lead to peers of the test.</summary>
    private protected ScriptedClient Scripted(
        Func<HttpPoolSettings, HttpPoolSettings>? change = null, MemoryTransportOptions? options = null)
    {
        var peers = new ScriptedPeers(options ?? MemoryTransportOptions.Default);
        var settings = HttpPoolSettings.Default with { Transport = peers.ConnectAsync };
        return new ScriptedClient(Sys.Http().CreateClient(change?.Invoke(settings) ?? settings), peers);
    }

    /// <summary>Waits until a pool stands so.</summary>
    private protected static Task<HttpPoolStatistics> ExpectAsync(
        AlephHttpClient client, HttpOrigin origin, Predicate<HttpPoolStatistics> isSo, string what) =>
        ExpectAsync(() => client.GetStatisticsAsync(origin)!, isSo, what);

    private protected static Task<HttpPoolStatistics> ExpectAsync(
        ScriptedClient scripted, Predicate<HttpPoolStatistics> isSo, string what) =>
        ExpectAsync(scripted.StatisticsAsync, isSo, what);

    private static async Task<HttpPoolStatistics> ExpectAsync(
        Func<Task<HttpPoolStatistics>> ask, Predicate<HttpPoolStatistics> isSo, string what)
    {
        using var limit = new CancellationTokenSource(Waiting.Patience);
        while (true)
        {
            var now = await ask().Within("statistics of the pool");
            if (isSo(now))
                return now;
            Assert.False(limit.IsCancellationRequested, $"Did not happen: {what}; it is {now}");
            await Task.Yield();
        }
    }
}

/// <summary>A client and its peers.</summary>
internal sealed record ScriptedClient(AlephHttpClient Client, ScriptedPeers Peers, HttpProxy? Proxy = null)
{
    public const string Url = "http://server.test/";

    public static HttpOrigin Origin { get; } = HttpOrigin.Of(Url);

    public Task<HttpResponse> GetAsync(string path = "", CancellationToken cancellation = default) =>
        Client.GetAsync(Url + path, cancellation);

    public Task<HttpPoolStatistics> StatisticsAsync() => Client.GetStatisticsAsync(Origin, Proxy)!;
}

/// <summary>The far ends of a client's connections, in the order in which it made them.</summary>
internal sealed class ScriptedPeers(MemoryTransportOptions options)
{
    private readonly System.Threading.Channels.Channel<ScriptedServer> _peers =
        System.Threading.Channels.Channel.CreateUnbounded<ScriptedServer>();

    /// <summary>What connecting fails with; null lets it succeed.</summary>
    public Exception? Refusal { get; set; }

    /// <summary>How often the client connected, or tried to.</summary>
    public int Attempts { get; private set; }

    public ValueTask<ITransport> ConnectAsync(CancellationToken cancellation)
    {
        Attempts++;
        if (Refusal is { } refusal)
            return ValueTask.FromException<ITransport>(refusal);
        var (transport, peer) = MemoryTransport.CreateWithPeer(options);
        _peers.Writer.TryWrite(new ScriptedServer(peer));
        return ValueTask.FromResult<ITransport>(transport);
    }

    /// <summary>The next connection.</summary>
    public Task<ScriptedServer> NextAsync() => _peers.Reader.ReadAsync().Within("the client connected");
}

/// <summary>One connection in the hands of the test, which plays the server.</summary>
internal sealed class ScriptedServer(MemoryPeer peer)
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private string _rest = "";

    public MemoryPeer Peer => peer;

    /// <summary>Reads a head, up to its empty line.</summary>
    public async Task<string> ReadHeadAsync()
    {
        int end;
        while ((end = _rest.IndexOf("\r\n\r\n", StringComparison.Ordinal)) < 0)
            _rest += await SomeAsync();
        var head = _rest[..(end + 4)];
        _rest = _rest[(end + 4)..];
        return head;
    }

    /// <summary>Reads so many bytes of a body.</summary>
    public async Task<string> ReadAsync(int count)
    {
        while (_rest.Length < count)
            _rest += await SomeAsync();
        var text = _rest[..count];
        _rest = _rest[count..];
        return text;
    }

    /// <summary>Reads until the client closes.</summary>
    public async Task<string> ReadToEndAsync()
    {
        while (await peer.ReadAsync(_buffer).Within("bytes or an end from the client") is var count and > 0)
            _rest += System.Text.Encoding.Latin1.GetString(_buffer, 0, count);
        return _rest;
    }

    /// <summary>Sends a text in which <c>|</c> stands for CRLF.</summary>
    public Task WriteAsync(string text) => peer.WriteAsync(Bytes(text)).Within("the client took bytes");

    /// <summary>Reads a head and answers it.</summary>
    public async Task<string> AnswerAsync(string text)
    {
        var head = await ReadHeadAsync();
        await WriteAsync(text);
        return head;
    }

    public static byte[] Bytes(string text) =>
        System.Text.Encoding.Latin1.GetBytes(text.Replace("|", "\r\n", StringComparison.Ordinal));

    private async Task<string> SomeAsync()
    {
        var count = await peer.ReadAsync(_buffer).Within("bytes from the client");
        return count > 0
            ? System.Text.Encoding.Latin1.GetString(_buffer, 0, count)
            : throw new EndOfStreamException($"The client closed; before it sent: {_rest}");
    }
}
