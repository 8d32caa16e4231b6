using System.Diagnostics;
using System.Diagnostics.Metrics;
using Akka.Streams;
using Akka.Streams.Dsl;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Conformance;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Client;

/// <summary>What can be seen of a request: timings, the request as sent, meters, activities; and clients as
/// flows. Whoever listens to activities gives requests of the whole process a field.</summary>
[Collection(AloneCollection.Name)]
public sealed class InspectionTests : ClientHarness
{
    [Fact]
    public async Task Shows_the_request_as_it_was_sent_and_how_long_it_took()
    {
        var scripted = Scripted();
        var answer = scripted.Client.SendAsync(HttpRequest.Post(ScriptedClient.Url, HttpBody.From("hi"))
            .WithOptions(new RequestOptions { SaveRequest = true }));
        var server = await scripted.Peers.NextAsync();
        var head = await server.AnswerAsync("HTTP/1.1 204 x||");
        var info = (await answer.Within("the answer")).Info!;
        Assert.Equal((head, "hi"), (info.Sent!.Head, System.Text.Encoding.ASCII.GetString(info.Sent.Body.Span)));
        Assert.True(info.Timings is { IsReused: false, Queued: not null, FirstByte: not null, LastByte: not null });
        Assert.True(info.Timings.Queued <= info.Timings.FirstByte && info.Timings.FirstByte <= info.Timings.LastByte);
        var second = scripted.GetAsync();
        await server.AnswerAsync("HTTP/1.1 204 x||");
        var again = (await second.Within("the second answer")).Info!;
        Assert.True(again.Timings is { IsReused: true, Connect: null } && again.Sent is null);
    }

    [Fact]
    public async Task Times_look_up_and_connect_of_a_new_connection()
    {
        await using var server = await ServeAsync(_ => HttpResponse.Text("x"));
        var url = UrlOf(server).Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
        using var response = await Sys.Http().CreateClient().GetAsync(url).Within("an answer");
        Assert.True(response.Info!.Timings is { Resolve: not null, Connect: not null, Tls: null });
    }

    [Fact]
    public async Task Measures_with_the_names_of_OpenTelemetry_and_sends_the_trace_on()
    {
        var measured = new System.Collections.Concurrent.ConcurrentDictionary<string, double>();
        var port = 0;
        using var meters = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == Meters.Client)
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            foreach (var tag in tags)
            {
                if (tag is { Key: "server.port", Value: int at } && at == port)
                    measured.AddOrUpdate(instrument.Name, value, (_, old) => old + value);
            }
        }

        meters.SetMeasurementEventCallback<double>((i, value, tags, _) => Note(i, value, tags));
        meters.SetMeasurementEventCallback<long>((i, value, tags, _) => Note(i, value, tags));
        meters.Start();
        var activities = new System.Collections.Concurrent.ConcurrentQueue<Activity>();
        using var spans = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Meters.Client,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activities.Enqueue,
        };
        ActivitySource.AddActivityListener(spans);
        await using var server = await ServeAsync(request =>
            HttpResponse.Text(request.Headers["traceparent"] ?? "none"));
        port = ((System.Net.IPEndPoint)server.LocalEndPoint).Port;
        using var response = await Sys.Http().CreateClient().GetAsync(UrlOf(server, "/p?secret")).Within("an answer");
        var trace = await response.ReadTextAsync();
        var activity = Assert.Single(activities, x => x.GetTagItem("server.port") is int at && at == port);
        Assert.Equal($"00-{activity.TraceId}-{activity.SpanId}-01", trace);
        Assert.Equal((ActivityKind.Client, 200), (activity.Kind, activity.GetTagItem("http.response.status_code")));
        Assert.Equal(UrlOf(server, "/p"), activity.GetTagItem("url.full"));
        Assert.Equal(0, measured["http.client.active_requests"]);
        Assert.Equal(1, measured["http.client.open_connections"]);
        Assert.True(measured["http.client.request.duration"] > 0);
        Assert.True(measured.ContainsKey("http.client.request.time_in_queue"));
    }

    [Fact]
    public async Task Logs_no_secret_by_accident()
    {
        Assert.Equal("Basic u", HttpCredentials.Basic("u", "secret").ToString());
        Assert.DoesNotContain("secret", $"{HttpCredentials.Bearer("secret")}{HttpCredentials.Digest("u", "secret")}",
            StringComparison.Ordinal);
        Assert.DoesNotContain("secret", HttpProxy.Of("http://u:secret@p.test").ToString(), StringComparison.Ordinal);
        await Task.CompletedTask;
    }

    [Fact]
    public async Task A_client_is_a_flow_in_order_and_out_of_it()
    {
        await using var server = await ServeAsync(request => HttpResponse.Text(request.Target));
        var client = Sys.Http().CreateClient();
        var materializer = Sys.Materializer();
        var targets = await Source.From(Enumerable.Range(0, 50)).Select(i => HttpRequest.Get(UrlOf(server, $"/{i}")))
            .Via(HttpClientStreams.Flow(client)).SelectAsync(1, x => x.ReadTextAsync().AsTask())
            .RunWith(Sink.Seq<string>(), materializer).Within("50 answers");
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"/{i}"), targets);
        var tagged = await Source.From(Enumerable.Range(0, 50))
            .Select(i => (HttpRequest.Get(i == 7 ? "http://127.0.0.1:1/" : UrlOf(server, $"/{i}")), i))
            .Via(HttpClientStreams.FlowUnordered<int>(client))
            .RunWith(Sink.Seq<(Akka.Util.Try<HttpResponse> Answer, int Tag)>(), materializer).Within("50 outcomes");
        Assert.Equal(50, tagged.Select(x => x.Tag).Distinct().Count());
        Assert.Equal([7], tagged.Where(x => !x.Answer.IsSuccess).Select(x => x.Tag));
    }
}
