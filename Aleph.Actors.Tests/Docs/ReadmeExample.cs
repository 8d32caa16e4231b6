using Akka.Actor;
using Aleph.Actors.Http;

namespace Aleph.Actors.Tests.Docs;

/// <summary>The lines of README.md that no other page has.</summary>
internal static class ReadmeExample
{
    public static async Task RunAsync()
    {
        var system = ActorSystem.Create("hello");
        await using var server = await system.Http().ServeAsync(8080, _ => HttpResponse.Text("hello!"));
        await server.Completion;
    }

    public static async Task<string?> EchoAsync(ActorSystem system)
    {
        await using var echo = await system.Http().ServeAsync(
            0, request => HttpResponse.WebSocket(request, (socket, message) => socket.SendAsync(message)));
        var socket = await system.Http().WebSocketAsync($"ws://{echo.LocalEndPoint}/");
        await socket.SendAsync("hello");
        var answer = await socket.ReceiveAsync();
        await socket.CloseAsync();
        return answer?.Text;
    }
}
