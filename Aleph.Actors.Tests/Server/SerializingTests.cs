using Akka.Actor;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Server;

/// <summary>
/// Every message of ours says that it is not for serialisation: the server works where Akka tries to.
/// </summary>
public class SerializingTests() : ServerHarness("akka.actor { serialize-messages = on, serialize-creators = on }")
{
    [Fact]
    public async Task Serves_functions_streams_and_contents()
    {
        var client = Serve(request => request.Path == "/stream"
            ? new ValueTask<HttpResponse>(HttpResponse.Of(HttpBody.From(ResponseBodyTests.Many(100, "x"u8.ToArray()))))
            : CorpusTests.Handle(request)).Connect();
        await client.SendAsync("GET / HTTP/1.1\nHost: h\n\nGET /stream HTTP/1.1\nHost: h\n\n");
        await client.ExpectStatusAsync(200);
        await client.ExpectStatusAsync(200);
        await client.SendAsync("POST / HTTP/1.1\nHost: h\nContent-Length: 5\n\nhe");
        await client.SettleAsync();
        await client.SendAsync("llo");
        await client.ExpectStatusAsync(200);
        Assert.Empty(Logged.Errors);
    }

    [Fact]
    public async Task Serves_with_actors()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Answering()));
        foreach (var handler in new[] { HttpServerHandler.ToActor(actor),
            HttpServerHandler.ActorPerRequest(Props.Create(() => new Answering())) })
        {
            var client = Serve(handler).Connect();
            await client.SendAsync("GET / HTTP/1.1\nHost: h\n\n");
            await client.ExpectStatusAsync(200);
        }
    }

    private sealed new class Answering : ReceiveActor
    {
        public Answering() => Receive<HttpRequest>(_ => Sender.Tell(HttpResponse.Text("x")));
    }
}
