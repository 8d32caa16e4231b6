using System.Net;
using Akka.Actor;
using Akka.Configuration;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Faces;

/// <summary>HTTP servers as actors, spawned from Props.</summary>
public sealed class HttpServerPropsTests : PatientTestKit
{
    public HttpServerPropsTests()
        : base(ConfigurationFactory.ParseString("akka.loglevel = OFF").WithFallback(DefaultConfig))
    {
    }

    [Fact]
    public async Task Two_servers_of_the_same_props_count_for_themselves()
    {
        var props = HttpServer.Props(_ => HttpResponse.Text("ok"));
        var (one, two) = (Sys.ActorOf(props), Sys.ActorOf(props));
        using var client = new HttpClient();
        await client.GetStringAsync(await UriOfAsync(one)).Within("an answer of the first");
        await UriOfAsync(two);

        Assert.Equal(1, (await StatisticsAsync(one)).Requests);
        Assert.Equal(0, (await StatisticsAsync(two)).Requests);
    }

    [Fact]
    public async Task A_handler_dispatcher_that_is_none_fails_the_start_and_is_named()
    {
        var settings = HttpServerSettings.Default with { HandlerDispatcher = "my.dispatcher" };
        var parent = Sys.ActorOf(Props.Create(() => new Supervisor(
            HttpServer.Props(_ => HttpResponse.Text("ok"), settings), TestActor)));

        var fault = await ExpectMsgAsync<Exception>(Waiting.Limit);

        Assert.Equal(
            "aleph.http.server.handler-dispatcher is my.dispatcher; it must name a dispatcher of the actor system's "
            + "configuration, or be empty (Parameter 'settings')",
            fault.GetBaseException().Message);
        Sys.Stop(parent);
    }

    [Fact]
    public async Task Unbound_servers_serve_their_connections_and_end_with_the_last()
    {
        var server = Sys.ActorOf(HttpServer.Props(_ => HttpResponse.Text("ok")));
        var uri = await UriOfAsync(server);
        Watch(server);
        using (var client = new HttpClient())
        {
            await client.GetStringAsync(uri).Within("an answer");
            await server.Ask<ServerProtocol.Unbound>(ServerProtocol.Unbind.Instance).Within("nothing listened");
            Assert.Equal("ok", await client.GetStringAsync(uri).Within("an answer on the same connection"));
        }

        await ExpectTerminatedAsync(server, Waiting.Limit);
    }

    [Fact]
    public async Task An_unbound_server_can_be_drained()
    {
        var server = Sys.ActorOf(HttpServer.Props(_ => HttpResponse.Text("ok")));
        using var client = new HttpClient();
        await client.GetStringAsync(await UriOfAsync(server)).Within("an answer");
        await server.Ask<ServerProtocol.Unbound>(ServerProtocol.Unbind.Instance).Within("nothing listened");

        var drained = await server.Ask<ServerProtocol.Drained>(new ServerProtocol.Drain(TimeSpan.FromSeconds(10)))
            .Within("the server drained");

        Assert.Equal(0, drained.Aborted);
    }

    private static async Task<Uri> UriOfAsync(IActorRef server)
    {
        var bound = await server.Ask<ServerProtocol.Bound>(ServerProtocol.GetBound.Instance).Within("the server bound");
        return new Uri($"http://{(IPEndPoint)bound.LocalEndPoint}/");
    }

    private static Task<HttpServerProtocol.Statistics> StatisticsAsync(IActorRef server) =>
        server.Ask<HttpServerProtocol.Statistics>(HttpServerProtocol.GetStatistics.Instance)
            .Within("the counters came");

    private sealed class Supervisor : UntypedActor
    {
        private readonly IActorRef _observer;

        public Supervisor(Props child, IActorRef observer)
        {
            _observer = observer;
            Context.ActorOf(child, "server");
        }

        protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(fault =>
        {
            _observer.Tell(fault);
            return Directive.Stop;
        });

        protected override void OnReceive(object message)
        {
        }
    }
}
