namespace Aleph.Actors.Tests.Packages;

/// <summary>The program of <see cref="ConsumerProject"/>: each protocol once, over loopback.</summary>
internal static class ConsumerProgram
{
    public const string Text =
        """
        using System.Text;
        using System.Text.Json.Serialization;
        using Akka.Actor;
        using Aleph.Actors;
        using Aleph.Actors.Http;

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(100));
        using var system = ActorSystem.Create("consumer");

        await using var server = await system.Http().ServeAsync(0, request => request.Path == "/socket"
            ? HttpResponse.WebSocket(request, (socket, message) => socket.SendAsync(message))
            : HttpResponse.Of(HttpBody.Json(new Greeting("hello " + request.Path), Json.Default.Greeting)));
        var url = $"http://{server.LocalEndPoint}";
        using var response = await system.Http().GetAsync($"{url}/trimmed", limit.Token);
        Console.WriteLine("http: " + (await response.ReadJsonAsync(Json.Default.Greeting))?.Text);

        var webSocket = await system.Http().WebSocketAsync($"ws://{server.LocalEndPoint}/socket");
        await webSocket.SendAsync("over a websocket");
        Console.WriteLine("websocket: " + (await webSocket.ReceiveAsync(limit.Token))?.Text);
        await webSocket.CloseAsync();

        await using var echo = await system.AlephTcp().ServeAsync(0, async connection =>
        {
            await foreach (var message in connection.ReceiveAllAsync())
                await connection.SendAsync(message);
        });
        await using var connection = await system.AlephTcp().ConnectAsync(echo.LocalEndPoint);
        await connection.SendAsync("over tcp"u8.ToArray());
        Console.WriteLine("tcp: " + Encoding.UTF8.GetString((await connection.ReceiveAsync(limit.Token)).Span));

        var datagrams = await system.AlephUdp().ServeAsync(datagram => datagram);
        var peer = await system.AlephUdp().ConnectAsync(datagrams.LocalEndPoint);
        await peer.SendAsync(new Datagram(datagrams.LocalEndPoint, "over udp"u8.ToArray()));
        Console.WriteLine("udp: " + Encoding.UTF8.GetString((await peer.ReceiveAsync(limit.Token)).Payload.Span));

        await system.Terminate();
        Console.WriteLine("done");

        internal sealed record Greeting(string Text);

        [JsonSerializable(typeof(Greeting))]
        internal sealed partial class Json : JsonSerializerContext;
        """;

    public static readonly string[] Answers =
    [
        "http: hello /trimmed", "websocket: over a websocket", "tcp: over tcp", "udp: over udp", "done",
    ];
}
