using System.Net.ServerSentEvents;
using System.Security.Cryptography;
using Aleph.Actors.Http;

namespace Soak.Servers;

/// <summary>What the HTTP servers answer.</summary>
internal static class Routes
{
    /// <summary>Of what a client that does not read asks for, in bytes.</summary>
    public const int ZerosSize = 64 << 20;

    private const int EventSize = 200;

    public static HttpHandler All(RoomServer rooms, DirectoryInfo files) => new HttpRoutes()
        .MountFiles(files)
        .Get("/bytes/{seed:long}/{length:int}", request =>
            HttpResponse.Bytes(Payload.Bytes(Seed(request), Length(request))))
        .Get("/chunked/{seed:long}/{length:int}", request =>
            HttpResponse.Of(HttpBody.From(Payload.PiecesAsync(Seed(request), Length(request)))))
        .Get("/events/{seed:long}/{length:int}", request => HttpResponse.Events(EventsAsync(request)))
        .Get("/zeros", _ => HttpResponse.Of(HttpBody.From(ZerosAsync(), ZerosSize)))
        .Get("/slow/{length:int}", SlowAsync)
        .Get("/ws", request => HttpResponse.WebSocket(request, static (socket, message) => socket.SendAsync(message)))
        .Get("/chat", rooms.JoinAsync)
        .Post("/echo", request => HttpResponse.Of(HttpBody.From(request.Body.ReadElementsAsync(), request.Body.Length)))
        .Post("/form", FormServer.GiveBackAsync)
        .Post("/digest", DigestAsync)
        .ToHandler();

    /// <summary>The text of one event.</summary>
    public static string Event(long seed, int number) => Payload.Text(seed + number, EventSize);

    private static long Seed(HttpRequest request) => request.RouteValues().Get<long>("seed");

    private static int Length(HttpRequest request) => request.RouteValues().Get<int>("length");

    private static async IAsyncEnumerable<SseItem<string>> EventsAsync(HttpRequest request)
    {
        var (seed, count) = (Seed(request), Length(request));
        for (var number = 0; number < count; number++)
        {
            yield return new SseItem<string>(Event(seed, number)) { EventId = $"{number}" };
            await Task.Delay(number % 3);
        }
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> ZerosAsync()
    {
        var block = new byte[16 * 1024];
        for (var left = ZerosSize; left > 0; left -= block.Length)
        {
            yield return block;
            await Task.Yield();
        }
    }

    private static async ValueTask<HttpResponse> SlowAsync(HttpRequest request)
    {
        await Task.Delay(Length(request), request.Aborted);
        return HttpResponse.Text($"{Length(request)}");
    }

    private static async ValueTask<HttpResponse> DigestAsync(HttpRequest request)
    {
        await using var body = request.Body.AsStream();
        return HttpResponse.Text(Convert.ToHexString(await SHA256.HashDataAsync(body, request.Aborted)));
    }
}
