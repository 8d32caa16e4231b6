using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json.Serialization;
using Akka.Streams.Dsl;
using Aleph.Actors.Http;

namespace HttpFeatures;

/// <summary>Answers made of anything, and requests read as anything.</summary>
internal static class Bodies
{
    public static void Map(HttpRoutes routes) => routes
        .Get("/users/{id:int}", request => User(request.RouteValues().Get<int>("id")))
        .Post("/users", AddUserAsync)
        .Get("/count/{to:int}", request => HttpResponse.JsonLines(Count(request), FeaturesJson.Default.Int32))
        .Get("/pushed", _ => HttpResponse.Of(Pushed(), contentType: "text/plain"))
        .Get("/source", _ => HttpResponse.Of(Source.From(["a", "b", "c"]).ToBody(), contentType: "text/plain"))
        .Get("/ticks", Ticks)
        .Get("/old", _ => HttpResponse.Redirect("/", 308))
        .Get("/search", Search)
        .Get("/visits", Visits)
        .Post("/shout", ShoutAsync)
        .Post("/form", FormAsync);

    private static HttpResponse User(int id) => id == 7
        ? HttpResponse.Json(new User(7, "Ann"), FeaturesJson.Default.User)
        : HttpResponse.Problem(404, $"There is no user {id}.");

    private static async ValueTask<HttpResponse> AddUserAsync(HttpRequest request)
    {
        var user = await request.ReadJsonAsync(FeaturesJson.Default.User, limit: 10_000);
        return user is null
            ? HttpResponse.Problem(400, "A user is an object.")
            : HttpResponse.Json(user, FeaturesJson.Default.User, 201).WithHeader("Location", $"/users/{user.Id}");
    }

    private static async IAsyncEnumerable<int> Count(HttpRequest request)
    {
        for (var number = 1; number <= request.RouteValues().Get<int>("to"); number++)
        {
            yield return number;
            await Task.Yield();
        }
    }

    private static HttpBody Pushed() => HttpBody.Write(async (writer, aborted) =>
    {
        for (var line = 1; line <= 3; line++)
            await writer.WriteAsync(Encoding.UTF8.GetBytes($"line {line}\n"), aborted);
    });

    private static HttpResponse Ticks(HttpRequest request)
    {
        _ = int.TryParse(request.LastEventId(), out var last);
        return HttpResponse.Events(After(last));

        static async IAsyncEnumerable<SseItem<string>> After(int last)
        {
            for (var number = last + 1; number <= 3; number++)
            {
                yield return new SseItem<string>($"tick {number}", "tick") { EventId = $"{number}" };
                await Task.Yield();
            }
        }
    }

    private static HttpResponse Search(HttpRequest request)
    {
        var query = request.ReadQuery();
        return HttpResponse.Text($"{query["q"]} in {string.Join(" and ", query.GetAll("tag"))}\n");
    }

    private static HttpResponse Visits(HttpRequest request)
    {
        _ = int.TryParse(request.ReadCookies()["visits"], out var visits);
        var cookie = new SetCookie("visits", $"{visits + 1}") { MaxAge = TimeSpan.FromDays(1) };
        return HttpResponse.Text($"visit {visits + 1}\n").WithCookie(cookie);
    }

    private static async ValueTask<HttpResponse> ShoutAsync(HttpRequest request) =>
        HttpResponse.Text((await request.ReadTextAsync(limit: 1000)).ToUpperInvariant());

    private static async ValueTask<HttpResponse> FormAsync(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        return HttpResponse.Text(string.Concat(form.Select(field => $"{field.Key} = {field.Value}\n")));
    }
}

internal sealed record User(int Id, string Name);

[JsonSerializable(typeof(User))]
[JsonSerializable(typeof(int))]
[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
internal sealed partial class FeaturesJson : JsonSerializerContext;
