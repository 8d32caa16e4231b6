using System.Globalization;
using Akka.Actor;
using Aleph.Actors.Http;

namespace ClientLoad;

/// <summary>What both sides are measured on: a short answer, a long one, and a sink.</summary>
internal static class LoadServer
{
    public static async Task<int> RunAsync()
    {
        using var system = ActorSystem.Create("server", "akka.loglevel = WARNING");
        var settings = HttpServerSettings.Default with { MaxBodySize = null };
        var server = await system.Http().ServeAsync(HttpServerHandler.Of(AnswerAsync), settings);
        Console.WriteLine($"Listening on http://{server.LocalEndPoint}");
        await system.WhenTerminated;
        return 0;
    }

    private static async ValueTask<HttpResponse> AnswerAsync(HttpRequest request)
    {
        if (request.Path.StartsWith("/stream/", StringComparison.Ordinal))
        {
            var bytes = long.Parse(request.Path.AsSpan("/stream/".Length), CultureInfo.InvariantCulture);
            return HttpResponse.Of(HttpBody.From(Filler.PiecesAsync(bytes), bytes));
        }

        if (request.Method != HttpMethods.Post)
            return HttpResponse.Text("Hello, World!");
        var total = 0L;
        await foreach (var element in request.Body.ReadElementsAsync())
            total += element.Length;
        return HttpResponse.Text(total.ToString(CultureInfo.InvariantCulture));
    }
}
