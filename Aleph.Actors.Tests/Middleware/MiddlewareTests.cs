using System.Security.Claims;
using System.Text;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Conformance;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Middleware;

public sealed class MiddlewareTests
{
    private static readonly HttpHandler Ok = request => new(HttpResponse.Text(request.RequestId() ?? "none"));

    [Fact]
    public async Task The_first_middleware_is_the_outermost()
    {
        static HttpMiddleware Tag(string name) => next => async request =>
            HttpResponse.Text($"{name}({await (await next(request)).Body.ReadTextAsync()})");
        Assert.Equal("a(b(none))", await TextAsync(Ok.Inside(Tag("a"), Tag("b"))));
        Assert.Same(Ok, Ok.Inside());
        Assert.Throws<InvalidOperationException>(() => Ok.Inside(_ => null!));
    }

    [Fact]
    public async Task Every_request_gets_an_id_and_the_answer_says_it()
    {
        var answer = await AnswerAsync(Ok.Inside(RequestIds.Assign()), ("X-Request-Id", "mine"));
        var id = await answer.Body.ReadTextAsync();
        Assert.Matches("^[0-9a-f]{32}$", id);
        Assert.Equal(id, answer.Headers["X-Request-Id"]);
        Assert.Throws<ArgumentException>(() => RequestIds.Assign("a b"));
    }

    [Theory]
    [InlineData("abc-1", true)]
    [InlineData("a b", false)]
    [InlineData("<script>", false)]
    public async Task An_id_is_taken_over_only_where_it_is_trusted_and_harmless(string sent, bool taken)
    {
        var answer = await AnswerAsync(Ok.Inside(RequestIds.Assign("Id", trust: true)), ("Id", sent));
        Assert.Equal(taken, answer.Headers["Id"] == sent);
    }

    [Theory]
    [InlineData(128, true)]
    [InlineData(129, false)]
    public async Task An_id_has_at_most_128_characters(int length, bool taken)
    {
        var sent = new string('a', length);
        var answer = await AnswerAsync(Ok.Inside(RequestIds.Assign("Id", trust: true)), ("Id", sent));
        Assert.Equal(taken, answer.Headers["Id"] == sent);
    }

    [Theory]
    [InlineData("ann:s\u00e9cret:x", "Basic ", 200)]
    [InlineData("ann:s\u00e9cret:x", "bAsic ", 200)]
    [InlineData("ann:wrong", "Basic ", 401)]
    [InlineData("ann", "Basic ", 401)]
    [InlineData("ann:s\u00e9cret:x", "Bearer ", 401)]
    public async Task Basic_lets_in_who_is_known(string pair, string scheme, int status)
    {
        var field = scheme + Convert.ToBase64String(Encoding.UTF8.GetBytes(pair));
        var answer = await AnswerAsync(Guarded(), ("Authorization", field));
        Assert.Equal(status, answer.Status.Code);
        if (status == 200)
            Assert.Equal("ann", await answer.Body.ReadTextAsync());
        else
            Assert.Equal("Basic realm=\"here\", charset=\"UTF-8\"", answer.Headers["WWW-Authenticate"]);
    }

    [Theory]
    [InlineData("Basic !!!")]
    [InlineData("Basic")]
    [InlineData("Basic /w==")]
    [InlineData("")]
    public async Task Malformed_credentials_are_none(string field) =>
        Assert.Equal(401, (await AnswerAsync(Guarded(), ("Authorization", field))).Status.Code);

    [Fact]
    public async Task Two_credentials_are_none_and_so_is_no_field()
    {
        var good = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("ann:s\u00e9cret:x"));
        var twice = await AnswerAsync(Guarded(), ("Authorization", good), ("Authorization", good));
        Assert.Equal(401, twice.Status.Code);
        Assert.Equal(401, (await AnswerAsync(Guarded())).Status.Code);
        Assert.Throws<ArgumentException>(() => HttpAuthentication.Bearer("a\"b", _ => default));
    }

    [Theory]
    [InlineData("Bearer token", 200)]
    [InlineData("Bearer other", 401)]
    public async Task Bearer_lets_in_whose_token_is_known(string field, int status)
    {
        var handler = Ok.Inside(HttpAuthentication.Bearer("api", token => new(token == "token" ? Named("ann") : null)));
        Assert.Equal(status, (await AnswerAsync(handler, ("Authorization", field))).Status.Code);
    }

    [Fact]
    public async Task Cors_answers_a_preflight_of_an_origin_that_may()
    {
        var settings = new CorsSettings
        {
            Origins = ["https://a.example"],
            Methods = ["PUT", "DELETE"],
            Headers = ["X-A"],
            ExposedHeaders = ["X-B"],
            Credentials = true,
            MaxAge = TimeSpan.FromMinutes(1),
        };
        var handler = new HttpRoutes().Get("/", _ => HttpResponse.Text("")).ToHandler().Inside(Cors.Allow(settings));
        var preflight = await handler(new HttpRequest("OPTIONS", "/", HttpHeaders.Of(
            ("Origin", "https://a.example"), ("Access-Control-Request-Method", "PUT"))));
        Assert.Equal(204, preflight.Status.Code);
        Assert.Equal(
            "Access-Control-Allow-Origin: https://a.example\nAccess-Control-Allow-Credentials: true\n"
            + "Access-Control-Allow-Methods: PUT, DELETE\nAccess-Control-Allow-Headers: X-A\n"
            + "Access-Control-Max-Age: 60\nVary: Origin",
            preflight.Headers.ToString());

        var actual = await AnswerAsync(handler, ("Origin", "https://a.example"));
        Assert.Equal("https://a.example", actual.Headers["Access-Control-Allow-Origin"]);
        Assert.Equal("X-B", actual.Headers["Access-Control-Expose-Headers"]);
        var other = await AnswerAsync(handler, ("Origin", "https://a.example.evil"));
        Assert.False(other.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.Equal("Origin", other.Headers["Vary"]);
    }

    [Fact]
    public async Task Cors_for_all_names_no_origin()
    {
        var answer = await AnswerAsync(Ok.Inside(Cors.Allow(new() { Origins = ["*"] })), ("Origin", "null"));
        Assert.Equal("*", answer.Headers["Access-Control-Allow-Origin"]);
        Assert.False(answer.Headers.Contains("Vary"));
        var wrong = new CorsSettings
        {
            Origins = ["*", "https://a.example/"],
            Credentials = true,
            MaxAge = TimeSpan.FromSeconds(-1),
            Methods = ["a b"],
        };
        Assert.Equal(4, wrong.Validate().Count);
        Assert.Throws<ArgumentException>(() => Cors.Allow(wrong));
    }

    [Fact]
    public async Task As_many_as_the_limit_run_at_once_and_one_more_gets_a_503()
    {
        var go = new TaskCompletionSource<HttpResponse>();
        var handler = new HttpHandler(_ => new(go.Task)).Inside(ConcurrencyLimit.To(2, TimeSpan.FromSeconds(5)));
        var (first, second) = (AnswerAsync(handler), AnswerAsync(handler));
        var third = await AnswerAsync(handler);
        Assert.Equal(503, third.Status.Code);
        Assert.Equal("5", third.Headers["Retry-After"]);
        go.SetResult(HttpResponse.Text("done"));
        Assert.Equal(200, (await first).Status.Code);
        Assert.Equal(200, (await second).Status.Code);
        Assert.Equal(200, (await AnswerAsync(handler)).Status.Code);
    }

    [Fact]
    public async Task A_place_is_free_again_when_the_last_byte_is_sent_or_the_client_has_left()
    {
        await using var host = await HttpHost.StartAsync(new HttpHandler(request => new(request.Path == "/alive"
            ? HttpResponse.Text("")
            : HttpResponse.Of(HttpBody.Write((_, left) => Task.Delay(Timeout.Infinite, left)))))
            .Inside(ConcurrencyLimit.To(1)));
        using (var client = await RawClient.ConnectAsync(host.EndPoint))
        {
            await client.SendAsync(RawClient.Bytes("GET / HTTP/1.1|Host: a||"));
            await client.ReadResponseAsync(toHead: true).Within("the head");
            Assert.Equal(503, await StatusAsync(host));
            client.Reset();
        }

        await Pacing.UntilAsync(async () => await StatusAsync(host) == 200, "the place was free");
    }

    [Fact]
    public async Task An_exception_is_shown_in_development_only()
    {
        HttpHandler failing = _ => throw new InvalidOperationException("<b>boom");
        var answer = await AnswerAsync(failing.Inside(ExceptionPage.When(true)));
        Assert.Equal(500, answer.Status.Code);
        var html = await answer.Body.ReadTextAsync();
        Assert.Contains("System.InvalidOperationException", html, StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;boom", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>boom", html, StringComparison.Ordinal);
        Assert.Same(failing, failing.Inside(ExceptionPage.When(false)));
        HttpHandler client = request => throw new HttpMessageException(new ProtocolError(413, "a", "b"));
        await Assert.ThrowsAsync<HttpMessageException>(() => AnswerAsync(client.Inside(ExceptionPage.When(true))));
    }

    private static async Task<int> StatusAsync(HttpHost host)
    {
        using var client = await RawClient.ConnectAsync(host.EndPoint);
        await client.SendAsync(RawClient.Bytes("GET /alive HTTP/1.1|Host: a||"));
        return (await client.ReadResponseAsync().Within("an answer")).Status;
    }

    private static HttpHandler Guarded() => new HttpHandler(
        request => new(HttpResponse.Text(request.User()?.Identity?.Name ?? "nobody"))).Inside(HttpAuthentication.Basic(
            "here", (name, password) => new(name == "ann" && password == "s\u00e9cret:x" ? Named(name) : null)));

    private static ClaimsPrincipal Named(string name) =>
        new(new ClaimsIdentity([new Claim(ClaimTypes.Name, name)], "test"));

    private static async Task<HttpResponse> AnswerAsync(HttpHandler handler, params (string, string)[] fields) =>
        await handler(new HttpRequest("GET", "/", HttpHeaders.Of(fields)));

    private static async Task<string> TextAsync(HttpHandler handler) =>
        await (await AnswerAsync(handler)).Body.ReadTextAsync();
}
