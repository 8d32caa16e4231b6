using Akka.Actor;
using Akka.Configuration;
using Aleph.Actors.Connections;
using Aleph.Actors.Http;
using Aleph.Actors.Http.Server;
using BenchmarkDotNet.Attributes;

namespace Aleph.Actors.Benchmarks.Server;

/// <summary>
/// A whole exchange without a kernel: a request is written into one end of a memory transport, and its answer, made
/// by a handler on the connection's turn, is read from it. The peer's own cost is in the figures.
/// </summary>
[MemoryDiagnoser]
public class ExchangeBenchmarks
{
    private const string Text = "GET / HTTP/1.1\r\nHost: localhost:8080\r\n\r\n";

    private readonly byte[] _answers = new byte[64 * 1024];
    private ActorSystem _system = null!;
    private MemoryPeer _peer = null!;
    private byte[] _requests = null!;
    private int _length;

    /// <summary>How many requests are sent at once.</summary>
    [Params(1, 16)]
    public int Pipelined { get; set; }

    /// <summary>Starts one connection and learns how long an answer is.</summary>
    [GlobalSetup]
    public async Task StartAsync()
    {
        _system = ActorSystem.Create("bench", ConfigurationFactory.ParseString("akka.loglevel = WARNING"));
        AlephExtension.Get(_system);
        var spec = HttpServerSpec.Create(
            _system, HttpServerHandler.Of(_ => HttpResponse.Text("Hello, World!")), HttpServerSettings.Default);
        var actor = _system.ActorOf(ConnectionActor.Create(
            new ConnectionSpec(spec.Protocol, spec.Settings.Connection, TimeProvider.System)));
        (var transport, _peer) = MemoryTransport.CreateWithPeer();
        actor.Tell(new ConnectionMessages.Adopt(1, transport));
        _requests = System.Text.Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(Text, Pipelined)));
        await _peer.WriteAsync(System.Text.Encoding.ASCII.GetBytes(Text));
        _length = await _peer.ReadAsync(_answers);
    }

    /// <summary>Ends the system.</summary>
    [GlobalCleanup]
    public Task StopAsync() => _system.Terminate();

    /// <summary>The requests, and all their answers.</summary>
    [Benchmark]
    public async Task<int> PlainText()
    {
        await _peer.WriteAsync(_requests);
        var left = _length * Pipelined;
        while (left > 0)
            left -= await _peer.ReadAsync(_answers);
        return left;
    }
}
