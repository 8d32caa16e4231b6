using System.Diagnostics;
using Akka.Actor;
using Akka.Actor.Internal;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Server;

/// <summary>Nothing ambient passes from one request to another, or from the connection to a handler.</summary>
public class IsolationTests : ServerHarness
{
    private static readonly AsyncLocal<string?> Ambient = new();

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task Ambient_values_stay_with_their_request(bool isAsync, bool onPool)
    {
        var seen = new System.Collections.Concurrent.ConcurrentQueue<string?>();
        var server = Serve(
            request =>
            {
                seen.Enqueue(Ambient.Value);
                seen.Enqueue(Activity.Current?.OperationName);
                Ambient.Value = request.Path;
                var activity = new Activity(request.Path).Start();
                return isAsync ? AnswerLater(request.Path)
                    : new ValueTask<HttpResponse>(Streamed(request.Path, activity));
            },
            x => onPool ? x with { HandlerTimeout = TimeSpan.FromHours(1) } : x);
        for (var round = 0; round < 20; round++)
        {
            var client = server.Connect();
            await client.SendAsync("GET /a HTTP/1.1\nHost: h\n\nGET /b HTTP/1.1\nHost: h\n\n");
            await client.ReadAnswerAsync();
            await client.ReadAnswerAsync();
            await client.SendAsync("POST /c HTTP/1.1\nHost: h\nContent-Length: 1\n\n");
            await client.SettleAsync();
            await client.SendAsync("x");
            await client.ReadAnswerAsync();
        }

        Assert.Equal(120, seen.Count);
        Assert.All(seen, Assert.Null);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_handler_has_no_actor_context(bool isHandlerDispatched)
    {
        var client = Serve(
            _ => HttpResponse.Text(InternalCurrentActorCellKeeper.Current is null ? "none" : "some"),
            x => isHandlerDispatched ? x with { HandlerDispatcher = "akka.actor.default-dispatcher" } : x).Connect();
        await client.SendAsync("GET /a HTTP/1.1\nHost: h\n\n");
        Assert.EndsWith("none", await client.ReadAnswerAsync());
    }

    [Fact]
    public async Task A_content_of_an_answer_sees_nothing_of_other_requests()
    {
        var seen = new System.Collections.Concurrent.ConcurrentQueue<string?>();
        var client = Serve(_ => HttpResponse.Of(HttpBody.From(Elements()))).Connect();
        for (var round = 0; round < 20; round++)
        {
            await client.SendAsync("GET /a HTTP/1.1\nHost: h\n\n");
            await client.ReadAnswerAsync();
        }

        Assert.Equal(40, seen.Count);
        Assert.All(seen, Assert.Null);

        async IAsyncEnumerable<ReadOnlyMemory<byte>> Elements()
        {
            seen.Enqueue(Ambient.Value);
            seen.Enqueue(Activity.Current?.OperationName);
            Ambient.Value = "set";
            new Activity("body").Start();
            yield return "x"u8.ToArray();
            await Task.Yield();
            yield return "y"u8.ToArray();
        }
    }

    [Fact]
    public async Task An_actor_that_handles_sees_nothing_of_the_connection()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Ambitious()));
        var client = Serve(HttpServerHandler.ToActor(actor)).Connect();
        for (var round = 0; round < 20; round++)
        {
            await client.SendAsync("GET /a HTTP/1.1\nHost: h\n\n");
            Assert.EndsWith("\n\nnone", await client.ReadAnswerAsync());
        }
    }

    [Fact]
    public async Task User_code_of_the_settings_has_no_actor_context()
    {
        var server = Serve(
            HttpResponse (_) => throw new InvalidOperationException("x"),
            x => x with
            {
                OnHandlerError = (_, _) =>
                    HttpResponse.Text(InternalCurrentActorCellKeeper.Current is null ? "none" : "some"),
                OnRejected = _ => HttpResponse.Text(InternalCurrentActorCellKeeper.Current is null ? "none" : "some"),
            });
        var client = server.Connect();
        await client.SendAsync("GET / HTTP/1.1\nHost: h\n\nBAD\n\n");
        Assert.EndsWith("none", await client.ReadAnswerAsync());
        Assert.EndsWith("none", await client.ReadAnswerAsync());
    }

    private static HttpResponse Streamed(string text, Activity activity)
    {
        GC.KeepAlive(activity);
        return HttpResponse.Text(text);
    }

    private static async ValueTask<HttpResponse> AnswerLater(string text)
    {
        await Task.Yield();
        return HttpResponse.Text(text);
    }

    private sealed class Ambitious : ReceiveActor
    {
        public Ambitious() => Receive<HttpRequest>(_ =>
        {
            Sender.Tell(HttpResponse.Text(Ambient.Value ?? Activity.Current?.OperationName ?? "none"));
        });
    }
}
