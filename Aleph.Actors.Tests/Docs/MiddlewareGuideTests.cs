using Aleph.Actors.Http;
using Xunit;

namespace Aleph.Actors.Tests.Docs;

public sealed class MiddlewareGuideTests
{
    [Theory]
    [InlineData("GET", "/", "welcome", null)]
    [InlineData("GET", "/users/7", "user 7", "yes")]
    [InlineData("PUT", "/users/7/notes/a/b", "a/b: note", "yes")]
    public async Task The_routes_of_the_guide_answer(string method, string path, string text, string? stamp)
    {
        var answer = await MiddlewareExamples.Routes()(new HttpRequest(method, path, null, HttpBody.From("note")));
        Assert.Equal(text, await answer.Body.ReadTextAsync());
        Assert.Equal(stamp, answer.Headers["X-Stamp"]);
    }

    [Fact]
    public async Task The_usual_middleware_lets_requests_through_and_logs_them()
    {
        var line = "";
        var handler = MiddlewareExamples.Guarded(_ => new(HttpResponse.Text("ok")), x => line = x, false);
        Assert.Equal("ok", await (await handler(new HttpRequest("GET", "/a"))).Body.ReadTextAsync());
        Assert.Contains("\"target\":\"/a\"", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_old_place_leads_to_the_new_one_and_a_value_reaches_its_handler()
    {
        var moved = await MiddlewareExamples.Routes()(new HttpRequest("GET", "/old/7"));
        Assert.Equal("/users/7", moved.Headers["Location"]);
        var headers = HttpHeaders.Of(("Host", "acme.example.com"));
        var answer = await MiddlewareExamples.TenantHandler()(new HttpRequest("GET", "/", headers));
        Assert.Equal("acme", await answer.Body.ReadTextAsync());
    }
}
