using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Faces;

/// <summary>HttpStreams.Bind over real sockets: demand, cancellation, completion, failure.</summary>
public sealed class HttpStreamsTests : PatientTestKit
{
    private readonly HttpClient _client = new();
    private readonly IMaterializer _materializer;

    public HttpStreamsTests()
        : base("akka.loglevel = WARNING") => _materializer = Sys.Materializer();

    [Fact]
    public async Task Serves_each_connection_with_the_handler_that_it_is_given()
    {
        var binding = await HttpStreams.Bind(Sys, 0)
            .To(Sink.ForEach<IncomingHttpConnection>(c => c.HandleWith(request => HttpResponse.Text(request.Path))))
            .Run(_materializer).Within("the server bound");

        Assert.Equal("/a", await _client.GetStringAsync(At(binding, "/a")).Within("the first answer"));
        Assert.Equal("/b", await _client.GetStringAsync(At(binding, "/b")).Within("the second answer"));
    }

    [Fact]
    public async Task Serves_a_connection_with_a_flow()
    {
        var flow = Flow.Create<HttpRequest>().Select(request => HttpResponse.Text("flow " + request.Path));
        var binding = await HttpStreams.Bind(Sys, 0)
            .To(Sink.ForEach<IncomingHttpConnection>(c => c.HandleWith(flow)))
            .Run(_materializer).Within("the server bound");

        Assert.Equal("flow /a", await _client.GetStringAsync(At(binding, "/a")).Within("an answer"));
    }

    [Fact]
    public async Task Accepts_no_connection_that_nobody_asked_for()
    {
        var (binding, demand) = await BindAsync();
        using var first = new HttpClient();
        using var second = new HttpClient();
        var one = first.GetStringAsync(At(binding, "/"));
        var two = second.GetStringAsync(At(binding, "/"));
        Assert.Equal(0, (await binding.GetStatisticsAsync()).Accepted);

        await demand.AskForAsync(1);
        (await demand.NextAsync().Within("the first connection came")).HandleWith(_ => HttpResponse.Text("1"));
        var served = await Task.WhenAny(one, two).Within("one client was answered");
        Assert.Equal("1", await served);
        Assert.Equal(1, (await binding.GetStatisticsAsync()).Accepted);
        Assert.False(one.IsCompleted && two.IsCompleted);

        await demand.AskForAsync(1);
        (await demand.NextAsync().Within("the second connection came")).HandleWith(_ => HttpResponse.Text("2"));
        Assert.Equal("2", await (served == one ? two : one).Within("the other client was answered"));
    }

    [Fact]
    public async Task A_connection_that_could_not_be_started_uses_up_no_demand()
    {
        var broken = 0;
        var (binding, demand) = await BindAsync(Settings() with
        {
            Tcp = Settings().Tcp with
            {
                FilterAfterTls = _ => broken++ == 0 ? throw new InvalidOperationException("no filter") : null,
            },
        });
        await demand.AskForAsync(1);
        var next = demand.NextAsync();

        // Reset early enough, HttpClient fails with what it asked the socket: its peer's address.
        var reset = await Record.ExceptionAsync(() => _client.GetStringAsync(At(binding, "/")).Within("a reset"));
        Assert.True(reset is HttpRequestException or System.Net.Sockets.SocketException, $"{reset}");

        var answer = _client.GetStringAsync(At(binding, "/"));
        (await next.Within("the second connection came")).HandleWith(_ => HttpResponse.Text("ok"));
        Assert.Equal("ok", await answer.Within("an answer"));
    }

    [Fact]
    public async Task A_second_handler_is_refused()
    {
        var (binding, demand) = await BindAsync();
        await demand.AskForAsync(1);
        _ = _client.GetAsync(At(binding, "/"));
        var connection = await demand.NextAsync().Within("a connection came");
        connection.HandleWith(_ => HttpResponse.Text("ok"));

        Assert.Throws<InvalidOperationException>(() => connection.HandleWith(_ => HttpResponse.Text("again")));
        Assert.Throws<InvalidOperationException>(
            () => connection.AsFlow().RunWith(Source.Empty<HttpResponse>(), Sink.Ignore<HttpRequest>(), _materializer));
    }

    [Fact]
    public async Task A_connection_that_nobody_handles_is_closed()
    {
        var settings = Settings() with { UnhandledConnectionTimeout = TimeSpan.FromMilliseconds(20) };
        var (binding, demand) = await BindAsync(settings);
        await demand.AskForAsync(1);
        using var socket = await ConnectAsync(binding);

        Assert.Equal(0, await socket.ReceiveAsync(new byte[1]).Within("the server closed the connection"));
        Assert.Equal(binding.LocalEndPoint, (await demand.NextAsync()).LocalEndPoint);
    }

    [Fact]
    public async Task Cancelling_stops_listening_and_lets_connections_go_on()
    {
        var (binding, demand) = await BindAsync();
        await demand.AskForAsync(1);
        var first = _client.GetStringAsync(At(binding, "/1"));
        (await demand.NextAsync().Within("a connection came")).HandleWith(r => HttpResponse.Text(r.Path));
        Assert.Equal("/1", await first.Within("the first answer"));

        await demand.CancelAsync();
        await binding.UnbindAsync().Within("the server stopped listening");

        Assert.Equal("/2", await _client.GetStringAsync(At(binding, "/2")).Within("an answer on the same connection"));

        // A process that another test starts has copies of all sockets until its program is loaded.
        await AwaitAssertAsync(
            () => Assert.ThrowsAsync<SocketException>(async () => (await ConnectAsync(binding)).Dispose()));
        Assert.False(binding.Completion.IsCompleted);
        _client.Dispose();
        await binding.Completion.Within("the server ended with its last connection");
    }

    [Fact]
    public async Task A_materializer_that_ends_stops_the_listening()
    {
        var materializer = ActorMaterializer.Create(Sys);
        var binding = await HttpStreams.Bind(Sys, 0).To(Sink.Ignore<IncomingHttpConnection>()).Run(materializer)
            .Within("the server bound");

        materializer.Shutdown();

        await binding.Completion.Within("the server ended");
    }

    [Fact]
    public async Task A_drained_server_completes_the_stream()
    {
        var (binding, demand) = await BindAsync();

        await binding.DrainAsync().Within("the server drained");

        await demand.End.Within("the stream completed");
    }

    [Fact]
    public async Task An_address_in_use_fails_stream_and_task()
    {
        var (binding, _) = await BindAsync();
        var port = ((IPEndPoint)binding.LocalEndPoint).Port;

        var (second, done) = HttpStreams.Bind(Sys, port)
            .ToMaterialized(Sink.Ignore<IncomingHttpConnection>(), Keep.Both).Run(_materializer);

        await Assert.ThrowsAsync<BindException>(() => second.Within("the task failed"));
        await Assert.ThrowsAsync<BindException>(() => done.Within("the stream failed"));
    }

    [Fact]
    public async Task Wrong_settings_fail_stream_and_task()
    {
        var (binding, done) = HttpStreams.Bind(Sys, Settings() with { HandlerDispatcher = "none.such" })
            .ToMaterialized(Sink.Ignore<IncomingHttpConnection>(), Keep.Both).Run(_materializer);

        var fault = await Assert.ThrowsAsync<ArgumentException>(() => binding.Within("the task failed"));
        Assert.StartsWith("aleph.http.server.handler-dispatcher is none.such", fault.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => done.Within("the stream failed"));
    }

    protected override void AfterAll()
    {
        _client.Dispose();
        base.AfterAll();
    }

    private static Uri At(ServerBinding binding, string path) => new($"http://{binding.LocalEndPoint}{path}");

    private static async Task<Socket> ConnectAsync(ServerBinding binding)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(binding.LocalEndPoint);
        return socket;
    }

    private HttpServerSettings Settings() => Sys.Http().Settings;

    private async Task<(ServerBinding Binding, Demand<IncomingHttpConnection> Demand)> BindAsync(
        HttpServerSettings? settings = null)
    {
        var (bound, publisher) = HttpStreams.Bind(Sys, 0, settings)
            .ToMaterialized(Sink.AsPublisher<IncomingHttpConnection>(false), Keep.Both).Run(_materializer);
        var demand = new Demand<IncomingHttpConnection>();
        publisher.Subscribe(demand);
        return (await bound.Within("the server bound"), demand);
    }
}
