using System.Net;
using Akka;
using Akka.Actor;
using Akka.Streams.Dsl;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Docs;

/// <summary>The examples of the guide do what the guide says.</summary>
public sealed class GuideTests : PatientTestKit
{
    // A client that loses its patience sends the body that is about to be refused.
    private readonly HttpClient _client = new(
        new SocketsHttpHandler { Expect100ContinueTimeout = Waiting.Patience });

    public GuideTests()
        : base("akka.loglevel = WARNING")
    {
    }

    [Fact]
    public Task A_server_actor_answers_its_commands() =>
        GuideExamples.TalkToAServerActorAsync(Sys).Within("the server had drained");

    [Fact]
    public async Task A_stream_of_connections_is_a_server()
    {
        var server = await GuideExamples.ServeAStreamAsync(Sys).Within("the server bound");

        Assert.Equal("/a", await _client.GetStringAsync(At(server, "/a")).Within("an answer"));
        await GuideExamples.EndAsync(server).Within("the server ended");
    }

    [Fact]
    public async Task Every_kind_of_handler_answers()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Answering()));
        var flow = Flow.Create<HttpRequest>().Select(_ => HttpResponse.Text("flow"));
        var handlers = GuideExamples.Handlers(actor, Props.Create(() => new Answering()), flow);
        foreach (var handler in handlers)
        {
            await using var server = await Sys.Http().ServeAsync(0, handler);
            await _client.GetStringAsync(At(server, "/")).Within("an answer");
        }
    }

    [Fact]
    public async Task Limits_hold_unless_a_handler_raises_them()
    {
        await using var server = await GuideExamples.LimitAsync(Sys, GuideExamples.RaiseTheLimit);
        using var body = new ByteArrayContent(new byte[2 * 1024 * 1024]);
        using var large = await _client.PostAsync(At(server, "/large"), body).Within("an answer");
        Assert.Equal("2097152 bytes", await large.Content.ReadAsStringAsync());

        using var again = new ByteArrayContent(new byte[2 * 1024 * 1024]);
        using var request = new HttpRequestMessage(HttpMethod.Post, At(server, "/small")) { Content = again };
        request.Headers.ExpectContinue = true;
        using var refused = await _client.SendAsync(request).Within("a refusal");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, refused.StatusCode);
        Assert.StartsWith("no: ", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trailers_follow_a_streamed_body()
    {
        await using var server = await Sys.Http().ServeAsync(0, _ => GuideExamples.StreamWithTrailers());

        using var answer = await _client.GetAsync(At(server, "/")).Within("an answer");

        await answer.Content.ReadAsStringAsync();
        Assert.Equal(["55"], answer.TrailingHeaders.GetValues("Sum"));
    }

    protected override void AfterAll()
    {
        _client.Dispose();
        base.AfterAll();
    }

    private static Uri At(ServerBinding server, string path) => new($"http://{server.LocalEndPoint}{path}");

    private sealed class Answering : ReceiveActor
    {
        public Answering() => Receive<HttpRequest>(_ => Sender.Tell(HttpResponse.Text("actor")));
    }
}
