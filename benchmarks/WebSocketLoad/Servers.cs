using System.Net;
using System.Net.WebSockets;
using Akka.Actor;
using Aleph.Actors.Http;
using HttpResponse = Aleph.Actors.Http.HttpResponse;
using KestrelOptions = Microsoft.AspNetCore.Builder.WebSocketOptions;
using WebSocketOptions = Aleph.Actors.Http.WebSocketOptions;

namespace WebSocketLoad;

/// <summary>
/// The servers under load, each in the plainest form that its library offers: <c>/echo</c> and <c>/deflate</c> send
/// each message back, <c>/join</c> makes a member of the group, and each message to <c>/send</c> goes to all members.
/// </summary>
internal static class Servers
{
    public static async Task<int> RunAsync(string kind)
    {
        var port = kind == "kestrel" ? await StartKestrelAsync() : await StartOursAsync(kind);
        Console.WriteLine(port);

        // The parent ends it by closing its input.
        await Console.In.ReadToEndAsync();
        return 0;
    }

    private static async Task<int> StartOursAsync(string kind)
    {
        var system = ActorSystem.Create("load", "akka.loglevel = WARNING");
        var settings = system.Http().Settings;
        settings = settings with
        {
            WebSocket = settings.WebSocket with { HeartbeatInterval = null },
            Tcp = settings.Tcp with
            {
                Backlog = 16_384,
                Connection = settings.Tcp.Connection with { InlineCompletions = kind == "inline" },
            },
        };

        // As Kestrel's loop, which reads into one buffer, the echo keeps no message.
        var echo = new WebSocketOptions { PooledMessages = true };
        var plain = echo with { Settings = settings.WebSocket with { Compression = false } };
        var members = new WebSocketBroadcast();
        var server = await system.Http().ServeAsync(
            0,
            request => request.Path switch
            {
                "/join" => HttpResponse.WebSocket(request, Join, plain),
                "/send" => HttpResponse.WebSocket(request, Send, plain),
                "/deflate" or "/idle-deflate" => HttpResponse.WebSocket(request, Echo, echo),
                _ when kind == "bcl" => HttpResponse.WebSocket(request, EchoAsBclAsync, plain),
                _ when kind == "task" => HttpResponse.WebSocket(request, EchoAsync, plain),
                _ => HttpResponse.WebSocket(request, Echo, plain),
            },
            settings);
        return ((IPEndPoint)server.LocalEndPoint).Port;

        static ValueTask Echo(WebSocketConnection socket, WebSocketMessage message) => socket.SendAsync(message);

        static async Task EchoAsync(WebSocketConnection socket)
        {
            while (await socket.ReceiveAsync() is { } message)
                await socket.SendAsync(message);
        }

        // Kestrel's own loop.
        static async Task EchoAsBclAsync(WebSocketConnection socket)
        {
            using var own = socket.AsWebSocket();
            await KestrelMembers.EchoAsync(own, 64 * 1024);
        }

        async Task Join(WebSocketConnection socket)
        {
            members.Add(socket);
            await socket.ReceiveAsync();
        }

        ValueTask Send(WebSocketConnection socket, WebSocketMessage message)
        {
            members.Send(message.Bytes);
            return default;
        }
    }

    private static async Task<int> StartKestrelAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var members = new KestrelMembers();
        app.UseWebSockets(new KestrelOptions { KeepAliveInterval = Timeout.InfiniteTimeSpan });
        app.Run(async context =>
        {
            var path = context.Request.Path.Value;
            using var socket = await context.WebSockets.AcceptWebSocketAsync(
                new WebSocketAcceptContext { DangerousEnableCompression = path is "/deflate" or "/idle-deflate" });
            await (path switch
            {
                "/join" => members.JoinAsync(socket),
                "/send" => members.SendAsync(socket),

                // As large as the largest message; where connections rest, as ASP.NET Core's own example has it.
                "/echo" or "/deflate" => KestrelMembers.EchoAsync(socket, 64 * 1024),
                _ => KestrelMembers.EchoAsync(socket, 4 * 1024),
            });
        });
        await app.StartAsync();
        return new Uri(app.Urls.Single()).Port;
    }
}
