using Akka.Actor;
using Akka.Event;
using Akka.Routing;
using Akka.Streams.Dsl;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Server;

/// <summary>Functions, callbacks, actors and flows as handlers, and what becomes of those that do not answer.</summary>
public class HandlerKindTests()
    : ServerHarness("slow-lane { type = ForkJoinDispatcher, dedicated-thread-pool { thread-count = 2 } }")
{
    private const string Get = "GET /a HTTP/1.1\nHost: h\n\n";

    [Fact]
    public async Task Answers_with_a_function()
    {
        var client = Serve(request => HttpResponse.Text("hi " + request.Path)).Connect();
        await client.SendAsync(Get);
        await client.ExpectAsync("""
            HTTP/1.1 200 OK
            Content-Type: text/plain; charset=utf-8
            Content-Length: 5

            hi /a
            """.ReplaceLineEndings("\n"));
        await client.SendAsync(Get);
        Assert.EndsWith("\n\nhi /a", await client.ReadAnswerAsync());
    }

    [Fact]
    public async Task Answers_with_a_function_that_takes_its_time()
    {
        var answer = new TaskCompletionSource<HttpResponse>();
        var client = Serve(_ => new ValueTask<HttpResponse>(answer.Task)).Connect();
        await client.SendAsync(Get);
        await client.SettleAsync();
        Assert.Equal(0, client.Sends);
        answer.SetResult(HttpResponse.Text("late"));
        Assert.EndsWith("\n\nlate", await client.ReadAnswerAsync());
    }

    [Fact]
    public async Task An_answer_leaves_although_a_message_that_Akka_handles_itself_follows()
    {
        TestClient? client = null;
        client = Serve(_ =>
        {
            client!.Actor.Tell(new Identify(null), TestActor);
            return HttpResponse.Text("sent");
        }).Connect();
        await client.SendAsync(Get);
        Assert.EndsWith("sent", await client.ReadAnswerAsync());
    }

    [Fact]
    public async Task Counts_the_first_call_back_and_logs_the_second()
    {
        var client = Serve(HttpServerHandler.OfCallback((_, respond, raise) =>
        {
            respond(HttpResponse.Text("first"));
            respond(HttpResponse.Text("second"));
        })).Connect();
        await client.SendAsync(Get);
        Assert.EndsWith("first", await client.ReadAnswerAsync());
        await Logged.ExpectAsync("GET /a answered more than once");
        await client.SendAsync(Get);
        Assert.EndsWith("first", await client.ReadAnswerAsync());
    }

    [Fact]
    public async Task A_call_back_counts_although_the_handler_throws_after_it()
    {
        var client = Serve(HttpServerHandler.OfCallback((_, respond, raise) =>
        {
            respond(HttpResponse.Text("first"));
            throw new InvalidOperationException("afterwards");
        })).Connect();
        await client.SendAsync(Get);
        Assert.EndsWith("first", await client.ReadAnswerAsync());
        await Logged.ExpectAsync("failed after it had answered");
    }

    [Fact]
    public async Task A_raised_error_gives_500()
    {
        var client = Serve(
            HttpServerHandler.OfCallback((_, _, raise) => raise(new InvalidOperationException("secret")))).Connect();
        await client.SendAsync(Get);
        await client.ExpectAsync("HTTP/1.1 500 Internal Server Error\nContent-Length: 0\n\n");
        await Logged.ExpectAsync("secret");
    }

    [Fact]
    public async Task A_handler_that_throws_gives_500_and_one_log_line_with_the_request_line()
    {
        var client = Serve(HttpResponse (_) => throw new InvalidOperationException("secret")).Connect();
        await client.SendAsync(Get);
        await client.ExpectAsync("HTTP/1.1 500 Internal Server Error\nContent-Length: 0\n\n");
        var logged = await Logged.ExpectAsync("secret");
        Assert.Contains("GET /a", logged.ToString(), StringComparison.Ordinal);
        await client.SendAsync(Get);
        await client.ExpectStatusAsync(500);
    }

    [Fact]
    public async Task A_handler_that_answers_null_gives_500_and_is_named()
    {
        var client = Serve(HttpServerHandler.Of(AnswerNull)).Connect();
        await client.SendAsync(Get);
        await client.ExpectStatusAsync(500);
        await Logged.ExpectAsync(nameof(AnswerNull));
    }

    [Fact]
    public async Task An_actor_answers_its_sender()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Named()));
        var client = Serve(HttpServerHandler.ToActor(actor)).Connect();
        await client.SendAsync(Get + Get);
        Assert.EndsWith(actor.Path.ToString(), await client.ReadAnswerAsync());
        Assert.EndsWith(actor.Path.ToString(), await client.ReadAnswerAsync());
    }

    [Fact]
    public async Task An_actor_that_answers_twice_or_late_never_reaches_another_request()
    {
        var probe = CreateTestProbe();
        var dead = CreateTestProbe();
        Sys.EventStream.Subscribe(dead, typeof(DeadLetter));
        var client = Serve(HttpServerHandler.ToActor(probe), x => x with { HandlerTimeout = TimeSpan.FromSeconds(1) })
            .Connect();
        await client.SendAsync("GET /1 HTTP/1.1\nHost: h\n\nGET /2 HTTP/1.1\nHost: h\n\n");
        await probe.ExpectMsgAsync<HttpRequest>();
        probe.Reply(HttpResponse.Text("one"));
        probe.Reply(HttpResponse.Text("one again"));
        Assert.EndsWith("\n\none", await client.ReadAnswerAsync());
        Assert.Contains("one again", await Content(dead), StringComparison.Ordinal);
        await probe.ExpectMsgAsync<HttpRequest>();
        var late = probe.LastSender;
        await client.SettleAsync();
        Clock.Advance(TimeSpan.FromSeconds(2));
        await client.ExpectStatusAsync(503, closes: true);
        late.Tell(HttpResponse.Text("two"));
        await Logged.ExpectAsync("GET /2 came late or twice");
    }

    [Fact]
    public async Task A_failure_message_gives_500()
    {
        var probe = CreateTestProbe();
        var client = Serve(HttpServerHandler.ToActor(probe)).Connect();
        await client.SendAsync(Get);
        await probe.ExpectMsgAsync<HttpRequest>();
        probe.Reply(new Status.Failure(new InvalidOperationException("secret")));
        await client.ExpectStatusAsync(500);
        await Logged.ExpectAsync("secret");
    }

    [Fact]
    public async Task An_answer_of_another_type_gives_500_and_names_the_type()
    {
        var probe = CreateTestProbe();
        var client = Serve(HttpServerHandler.ToActor(probe)).Connect();
        await client.SendAsync(Get);
        await probe.ExpectMsgAsync<HttpRequest>();
        probe.Reply("hello");
        await client.ExpectStatusAsync(500);
        await Logged.ExpectAsync("System.String");
    }

    [Fact]
    public async Task An_actor_that_is_dead_or_dies_gives_503()
    {
        var probe = CreateTestProbe();
        var server = Serve(HttpServerHandler.ToActor(probe));
        var client = server.Connect();
        await client.SendAsync(Get);
        await probe.ExpectMsgAsync<HttpRequest>();
        Sys.Stop(probe);
        await client.ExpectStatusAsync(503);
        await client.SendAsync(Get);
        await client.ExpectStatusAsync(503);
    }

    [Fact]
    public async Task A_router_shares_requests_out()
    {
        var routees = Props.Create(() => new Named()).WithRouter(new RoundRobinPool(2));
        var client = Serve(HttpServerHandler.ToActor(Sys.ActorOf(routees))).Connect();
        var names = new HashSet<string>();
        for (var i = 0; i < 4; i++)
        {
            await client.SendAsync(Get);
            names.Add(await client.ReadAnswerAsync());
        }

        Assert.Equal(2, names.Count);
    }

    [Fact]
    public async Task An_actor_per_request_answers_and_is_stopped()
    {
        var client = Serve(HttpServerHandler.ActorPerRequest(Props.Create(() => new Named()))).Connect();
        await client.SendAsync(Get + Get);
        var first = await client.ReadAnswerAsync();
        Assert.Contains(client.Actor.Path.Name, first, StringComparison.Ordinal);
        Assert.NotEqual(first, await client.ReadAnswerAsync());
    }

    [Theory]
    [InlineData("fail")]
    [InlineData("stop")]
    public async Task An_actor_per_request_that_ends_before_it_answers_gives_500(string how)
    {
        var client = Serve(HttpServerHandler.ActorPerRequest(Props.Create(() => new Ending(how)))).Connect();
        await client.SendAsync(Get);
        await client.ExpectStatusAsync(500);
        await client.SendAsync(Get);
        await client.ExpectStatusAsync(500);
    }

    [Fact]
    public async Task An_actor_per_request_is_stopped_when_the_client_leaves()
    {
        var started = CreateTestProbe();
        var client = Serve(HttpServerHandler.ActorPerRequest(Props.Create(() => new Reporting(started)))).Connect();
        await client.SendAsync(Get);
        var child = await started.ExpectMsgAsync<IActorRef>();
        await started.WatchAsync(child);
        client.Peer.Reset();
        await started.ExpectTerminatedAsync(child);
    }

    [Fact]
    public async Task A_flow_answers_in_order()
    {
        var flow = Flow.Create<HttpRequest>().Select(x => HttpResponse.Text(x.Path));
        var client = Serve(HttpServerHandler.Through(flow, maxConcurrent: 4)).Connect();
        await client.SendAsync("GET /1 HTTP/1.1\nHost: h\n\nGET /2 HTTP/1.1\nHost: h\n\nGET /3 HTTP/1.1\nHost: h\n\n");
        Assert.EndsWith("/1", await client.ReadAnswerAsync());
        Assert.EndsWith("/2", await client.ReadAnswerAsync());
        Assert.EndsWith("/3", await client.ReadAnswerAsync());
    }

    [Fact]
    public async Task A_flow_that_fails_gives_500_and_closes()
    {
        var flow = Flow.Create<HttpRequest>().Select(HttpResponse (_) => throw new InvalidOperationException("secret"));
        var client = Serve(HttpServerHandler.Through(flow)).Connect();
        await client.SendAsync(Get);
        await client.ExpectStatusAsync(500, closes: true);
    }

    [Fact]
    public async Task A_flow_that_completes_early_gives_500_for_the_rest_and_closes()
    {
        var both = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var flow = Flow.Create<HttpRequest>().Take(1).SelectAsync(1, async x =>
        {
            await both.Task;
            return HttpResponse.Text(x.Path);
        });
        var client = Serve(HttpServerHandler.Through(flow, maxConcurrent: 2)).Connect();
        await client.SendAsync("GET /1 HTTP/1.1\nHost: h\n\nGET /2 HTTP/1.1\nHost: h\n\n");
        await client.SettleAsync();
        both.SetResult();
        Assert.EndsWith("/1", await client.ReadAnswerAsync());
        await client.ExpectStatusAsync(500, closes: true);
    }

    [Fact]
    public async Task Handlers_run_on_the_named_dispatcher()
    {
        var client = Serve(
            _ => HttpResponse.Text(Thread.CurrentThread.Name ?? ""), x => x with { HandlerDispatcher = "slow-lane" })
                .Connect();
        await client.SendAsync(Get);
        Assert.Contains("slow-lane", await client.ReadAnswerAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OnHandlerError_makes_the_answer()
    {
        var client = Serve(
            HttpResponse (_) => throw new InvalidOperationException("x"),
            x => x with
            {
                OnHandlerError = (request, cause) =>
                HttpResponse.Text($"{request.Path} {cause.Message}", 502)
            }).Connect();
        await client.SendAsync(Get);
        Assert.EndsWith("\n\n/a x", await client.ReadAnswerAsync());
    }

    [Fact]
    public async Task An_OnHandlerError_that_throws_gives_a_plain_500()
    {
        var client = Serve(
            HttpResponse (_) => throw new InvalidOperationException("x"),
            x => x with { OnHandlerError = (_, _) => throw new InvalidOperationException("y") }).Connect();
        await client.SendAsync(Get);
        await client.ExpectAsync("HTTP/1.1 500 Internal Server Error\nContent-Length: 0\n\n");
        await Logged.ExpectAsync("OnHandlerError failed");
    }

    [Fact]
    public async Task OnRejected_makes_the_answer_and_a_plain_500_if_it_throws()
    {
        var throws = false;
        var server = Serve(Answering(""), x => x with
        {
            OnRejected = error => throws ? throw new InvalidOperationException("y")
                : HttpResponse.Text(error.Code, error.Status),
        });
        var client = server.Connect();
        await client.SendAsync("GET / HTTP/1.1\n\n");
        Assert.EndsWith("\n\nmissing_host_header", await client.ReadAnswerAsync());
        throws = true;
        client = server.Connect();
        await client.SendAsync("GET / HTTP/1.1\n\n");
        await client.ExpectStatusAsync(500, closes: true);
    }

    private static ValueTask<HttpResponse> AnswerNull(HttpRequest request) => new((HttpResponse)null!);

    private static async Task<string> Content(Akka.TestKit.TestProbe dead)
    {
        var letter = await dead.ExpectMsgAsync<DeadLetter>(x => x.Message is HttpResponse);
        return await ((HttpResponse)letter.Message).Body.ReadTextAsync();
    }

    private sealed class Named : ReceiveActor
    {
        public Named() => Receive<HttpRequest>(_ => Sender.Tell(HttpResponse.Text(Self.Path.ToString())));
    }

    private sealed class Reporting : ReceiveActor
    {
        public Reporting(IActorRef to) => Receive<HttpRequest>(_ => to.Tell(Self));
    }

    private sealed class Ending : ReceiveActor
    {
        public Ending(string how) => Receive<HttpRequest>(_ =>
        {
            if (how == "fail")
                throw new InvalidOperationException("as asked");
            Context.Stop(Self);
        });
    }
}
