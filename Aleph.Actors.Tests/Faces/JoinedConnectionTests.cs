using System.Net;
using Akka;
using Akka.Streams;
using Akka.Streams.Dsl;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Faces;

/// <summary>IncomingHttpConnection.AsFlow joined with graphs that answer, complete, fail and cancel.</summary>
public sealed class JoinedConnectionTests : PatientTestKit
{
    private readonly IMaterializer _materializer;

    public JoinedConnectionTests()
        : base("akka.loglevel = OFF") => _materializer = Sys.Materializer();

    [Fact]
    public async Task Answers_each_request_with_the_next_response()
    {
        var uri = await ServeAsync(Flow.Create<HttpRequest>().Select(r => HttpResponse.Text(r.Path)));
        using var client = new HttpClient();

        Assert.Equal("/1", await client.GetStringAsync(new Uri(uri, "1")).Within("the first answer"));
        Assert.Equal("/2", await client.GetStringAsync(new Uri(uri, "2")).Within("the second answer"));
    }

    [Fact]
    public async Task Responses_may_be_known_before_their_requests()
    {
        var responses = Source.From(["a", "b"]).Select(text => HttpResponse.Text(text));
        var requests = Sink.Ignore<HttpRequest>().MapMaterializedValue(_ => NotUsed.Instance);
        var uri = await ServeAsync(Flow.FromSinkAndSource(requests, responses));
        using var client = new HttpClient();

        Assert.Equal("a", await client.GetStringAsync(uri).Within("the first answer"));
        Assert.Equal("b", await client.GetStringAsync(uri).Within("the second answer"));
    }

    [Fact]
    public async Task A_graph_that_fails_gives_500_and_ends_the_connection()
    {
        Func<HttpRequest, HttpResponse> fail = _ => throw new InvalidOperationException("no");
        var uri = await ServeAsync(Flow.Create<HttpRequest>().Select(fail));
        using var client = new HttpClient();

        using var answer = await client.GetAsync(uri).Within("an answer");

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.True(answer.Headers.ConnectionClose);
    }

    [Fact]
    public async Task A_graph_that_takes_one_request_answers_it_and_the_connection_closes()
    {
        var uri = await ServeAsync(Flow.Create<HttpRequest>().Take(1).Select(r => HttpResponse.Text("one")));
        using var client = new HttpClient();

        using var answer = await client.GetAsync(uri).Within("an answer");

        Assert.Equal("one", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task The_end_of_the_connection_completes_the_requests()
    {
        var done = new TaskCompletionSource<Task<Done>>();
        var requests = Flow.Create<HttpRequest>().WatchTermination((_, end) => done.TrySetResult(end));
        var uri = await ServeAsync(requests.Select(r => HttpResponse.Text("ok")));
        using (var client = new HttpClient())
            await client.GetStringAsync(uri).Within("an answer");

        var end = await done.Task.Within("the graph ran");
        await end.Within("the requests completed");
    }

    private async Task<Uri> ServeAsync<TMat>(Flow<HttpRequest, HttpResponse, TMat> graph)
    {
        var binding = await HttpStreams.Bind(Sys, 0)
            .To(Sink.ForEach<IncomingHttpConnection>(c => c.AsFlow().Join(graph).Run(_materializer)))
            .Run(_materializer).Within("the server bound");
        return new Uri($"http://{binding.LocalEndPoint}/");
    }
}
