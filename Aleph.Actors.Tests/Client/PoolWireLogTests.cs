using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Event;
using Aleph.Actors.Connections;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Conformance;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Client;

/// <summary>The wire log of a pool: the life of its connections, and their bytes.</summary>
public sealed class PoolWireLogTests() : ClientHarness("akka.loglevel = INFO")
{
    [Fact]
    public async Task Tells_of_connecting_bytes_idleness_reuse_and_the_end()
    {
        var lines = new ConcurrentQueue<string>();
        Sys.EventStream.Subscribe(Sys.ActorOf(Props.Create(() => new Lines(lines))), typeof(Info));
        var wire = new WireLogSettings { Level = LogLevel.InfoLevel };
        var scripted = Scripted(x => x with { Tcp = x.Tcp with { WireLog = wire } });
        var first = scripted.GetAsync("first");
        var server = await scripted.Peers.NextAsync();
        await server.AnswerAsync("HTTP/1.1 204 x||");
        await first.Within("the first answer");
        await ExpectAsync(scripted, x => x.Idle == 1, "the connection is idle");
        var second = scripted.GetAsync("second");
        await server.AnswerAsync("HTTP/1.1 204 x||");
        await second.Within("the second answer");
        await ExpectAsync(scripted, x => x.Idle == 1, "the connection is idle again");
        await scripted.Client.CloseAsync(TimeSpan.FromMinutes(1)).Within("the pool closed");

        string[] expected =
        [
            "is connected", "sent ", "GET /first ", "received ", "204 x", "is idle", "is reused",
            "GET /second ", "204 x", "is idle", "is closed",
        ];
        await Pacing.UntilAsync(
            () => Task.FromResult(lines.Any(x => x.Contains("is closed", StringComparison.Ordinal))),
            "the end was logged");
        var log = string.Join('\n', lines);
        var at = 0;
        foreach (var text in expected)
        {
            var next = log.IndexOf(text, at, StringComparison.Ordinal);
            Assert.True(next >= 0, $"\"{text}\" is missing behind\n{log[..at]}\nin\n{log}");
            at = next + text.Length;
        }
    }

    private sealed class Lines : ReceiveActor
    {
        public Lines(ConcurrentQueue<string> lines) =>
            Receive<Info>(x => x.LogSource.StartsWith(WireLog.Source, StringComparison.Ordinal), x =>
                lines.Enqueue($"{x.Message}"));
    }
}
