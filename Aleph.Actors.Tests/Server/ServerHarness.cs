using Akka.Actor;
using Akka.Event;
using Aleph.Actors.Connections;
using Aleph.Actors.Http;
using Aleph.Actors.Http.Server;
using Aleph.Actors.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Aleph.Actors.Tests.Server;

/// <summary>Serves HTTP/1 on connections in memory, under one clock that only the test moves.</summary>
public abstract class ServerHarness : PatientTestKit
{
    private readonly LogRecorder _log = new();
    private long _ids;

    private protected ServerHarness(string config = "")
        : base(
            "akka.loglevel = DEBUG\nakka.loggers = [\"Akka.Event.DefaultLogger, Akka\"]\n" + config)
    {
        IoDispatcher.Install(Sys);
        Sys.Http();
        _log.Attach(Sys);
    }

    private protected FakeTimeProvider Clock { get; } = new();

    /// <summary>The log so far, warnings and errors.</summary>
    private protected LogRecorder Logged => _log;

    private protected static HttpServerHandler Answering(string text) =>
        HttpServerHandler.Of(_ => HttpResponse.Text(text));

    private protected TestServer Serve(Func<HttpRequest, HttpResponse> handler, Func<HttpServerSettings,
        HttpServerSettings>? change = null) =>
        Serve(HttpServerHandler.Of(handler), change);

    private protected TestServer Serve(HttpHandler handler, Func<HttpServerSettings,
        HttpServerSettings>? change = null) =>
        Serve(HttpServerHandler.Of(handler), change);

    private protected TestServer Serve(HttpServerHandler handler, Func<HttpServerSettings,
        HttpServerSettings>? change = null)
    {
        var settings = new HttpServerSettings { ServerHeader = "", Tcp = TcpSettings.Default with { Time = Clock } };
        settings = change?.Invoke(settings) ?? settings;
        Assert.Empty(settings.Validate());
        return new TestServer(new Http1ServerContext(Sys, handler, settings), Connect);
    }

    /// <summary>Lets the clock go on once everything so far was seen, and what became due then happen.</summary>
    private protected async Task PassAsync(TestClient client, double seconds)
    {
        await client.SettleAsync();
        Clock.Advance(TimeSpan.FromSeconds(seconds));
        if (!client.Actor.Equals(Sys.DeadLetters))
            client.Actor.Tell("noted", ActorRefs.NoSender);
    }

    private TestClient Connect(Http1ServerContext context, MemoryTransportOptions options)
    {
        var (transport, peer) = MemoryTransport.CreateWithPeer(options);
        var counted = new CountingTransport(transport);
        var spec = new ConnectionSpec(_ => new Http1ServerProtocol(context), ConnectionSettings.Default, Clock);
        var actor = Sys.ActorOf(ConnectionActor.Create(spec));
        actor.Tell(new ConnectionMessages.Adopt(Interlocked.Increment(ref _ids), counted));
        return new TestClient(peer, actor, counted, context);
    }
}

/// <summary>A server of which only the connections exist.</summary>
internal sealed class TestServer(Http1ServerContext context, Func<Http1ServerContext, MemoryTransportOptions,
    TestClient> connect)
{
    public Http1ServerContext Context => context;

    public TestClient Connect(MemoryTransportOptions? options = null) =>
        connect(context, options ?? MemoryTransportOptions.Default);

    /// <summary>Waits until every exchange is over and nothing is buffered.</summary>
    public async Task ExpectNothingLeftAsync()
    {
        using var limit = new CancellationTokenSource(Waiting.Patience);
        while (context.Counters.Active != 0 || context.Buffered.Count != 0)
        {
            Assert.False(limit.IsCancellationRequested,
                $"{context.Counters.Active} active, {context.Buffered.Count} bytes left");
            await Task.Yield();
        }
    }
}

/// <summary>What was logged as a warning or an error.</summary>
internal sealed class LogRecorder
{
    private readonly System.Collections.Concurrent.ConcurrentQueue<LogEvent> _events = new();

    public IEnumerable<LogEvent> Events => _events;

    public string[] Errors => [.. _events.OfType<Error>().Select(x => x.ToString())];

    public void Attach(ActorSystem system)
    {
        var recorder = system.ActorOf(Props.Create(() => new Recorder(_events)), "log-recorder");
        system.EventStream.Subscribe(recorder, typeof(Error));
        system.EventStream.Subscribe(recorder, typeof(Warning));
    }

    /// <summary>The one event whose text contains <paramref name="text"/>, as soon as it is there.</summary>
    public async Task<LogEvent> ExpectAsync(string text)
    {
        using var limit = new CancellationTokenSource(Waiting.Patience);
        while (true)
        {
            var found = _events.Where(x => x.ToString()!.Contains(text, StringComparison.Ordinal)).ToArray();
            if (found.Length > 0)
                return Assert.Single(found);
            Assert.False(limit.IsCancellationRequested, $"Not logged: {text}; but:\n{string.Join('\n', _events)}");
            await Task.Yield();
        }
    }

    private sealed class Recorder : ReceiveActor
    {
        public Recorder(System.Collections.Concurrent.ConcurrentQueue<LogEvent> events) =>
            Receive<LogEvent>(events.Enqueue);
    }
}
