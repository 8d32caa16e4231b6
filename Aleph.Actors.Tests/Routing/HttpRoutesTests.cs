using Aleph.Actors.Http;
using Xunit;

namespace Aleph.Actors.Tests.Routing;

public sealed class HttpRoutesTests
{
    [Theory]
    [InlineData("GET", "/", "root")]
    [InlineData("GET", "/users", "users")]
    [InlineData("GET", "/users/", "users")]
    [InlineData("GET", "/users/7", "by id 7")]
    [InlineData("GET", "/users/-7", "by id -7")]
    [InlineData("GET", "/users/me", "me")]
    [InlineData("GET", "/users/ann", "by name ann")]
    [InlineData("GET", "/users/99999999999999999999", "by name 99999999999999999999")]
    [InlineData("GET", "/users/7/files", "files of 7: ")]
    [InlineData("GET", "/users/7/files/", "files of 7: ")]
    [InlineData("GET", "/users/7/files/a/b//c", "files of 7: a/b//c")]
    [InlineData("POST", "/users", "made")]
    [InlineData("HEAD", "/users/me", "me")]
    [InlineData("PROPFIND", "/any/thing", "PROPFIND")]
    public async Task Finds_the_most_specific_route(string method, string path, string expected)
    {
        var routes = new HttpRoutes()
            .Get("/", _ => HttpResponse.Text("root"))
            .Get("/users/{name}", request => HttpResponse.Text("by name " + request.RouteValues()["name"]))
            .Get("/users/{id:int}", request => HttpResponse.Text("by id " + request.RouteValues().Get<int>("id")))
            .Get("/users/me", _ => HttpResponse.Text("me"))
            .Get("/users", _ => HttpResponse.Text("users"))
            .Get("/users/{id:int}/files/{*path}", request => HttpResponse.Text(
                $"files of {request.RouteValues()["id"]}: {request.RouteValues()["path"]}"))
            .Post("/users", _ => HttpResponse.Text("made"))
            .Any("/any/thing", request => new(HttpResponse.Text(request.Method)));

        Assert.Equal(expected, await TextAsync(routes, method, path));
    }

    [Theory]
    [InlineData("/users/7/9")]
    [InlineData("/Users")]
    [InlineData("//users")]
    [InlineData("/users//")]
    [InlineData("/users/7//")]
    [InlineData("")]
    public async Task Answers_404_for_a_path_that_is_not_in_the_table(string path)
    {
        var routes = new HttpRoutes().Get("/users", _ => HttpResponse.Text("")).Get("/users/{id:int}",
            _ => HttpResponse.Text(""));

        Assert.Equal(404, (await AnswerAsync(routes, "GET", path)).Status.Code);
    }

    [Fact]
    public async Task Goes_back_to_a_parameter_when_the_literal_leads_nowhere()
    {
        var routes = new HttpRoutes()
            .Get("/a/b/c", _ => HttpResponse.Text("literal"))
            .Get("/a/{x}/d", request => HttpResponse.Text("x is " + request.RouteValues()["x"]))
            .Get("/{y}/b/e", request => HttpResponse.Text("y is " + request.RouteValues()["y"]));

        Assert.Equal("x is b", await TextAsync(routes, "GET", "/a/b/d"));
        Assert.Equal("y is a", await TextAsync(routes, "GET", "/a/b/e"));
    }

    [Fact]
    public async Task A_method_may_be_found_behind_a_less_specific_segment()
    {
        var routes = new HttpRoutes()
            .Get("/users/me", _ => HttpResponse.Text("me"))
            .Delete("/users/{name}", request => HttpResponse.Text("removed " + request.RouteValues()["name"]));

        Assert.Equal("removed me", await TextAsync(routes, "DELETE", "/users/me"));
    }

    [Fact]
    public async Task Answers_405_with_Allow_of_all_routes_of_the_path()
    {
        var routes = new HttpRoutes()
            .Get("/users/me", _ => HttpResponse.Text("me"))
            .Delete("/users/{name}", _ => HttpResponse.Text(""))
            .Map("PURGE", "/{*all}", _ => HttpResponse.Text(""));

        var answer = await AnswerAsync(routes, "POST", "/users/me");

        Assert.Equal(405, answer.Status.Code);
        Assert.Equal("DELETE, GET, HEAD, OPTIONS, PURGE", answer.Headers["Allow"]);
    }

    [Fact]
    public async Task Answers_OPTIONS_of_a_path_and_of_the_server()
    {
        var routes = new HttpRoutes().Get("/a", _ => HttpResponse.Text("")).Put("/b", _ => HttpResponse.Text(""));

        var path = await AnswerAsync(routes, "OPTIONS", "/b");
        Assert.Equal(204, path.Status.Code);
        Assert.Equal("OPTIONS, PUT", path.Headers["Allow"]);
        var server = await AnswerAsync(routes, "OPTIONS", "");
        Assert.Equal("GET, HEAD, OPTIONS, PUT", server.Headers["Allow"]);
        Assert.Equal(404, (await AnswerAsync(routes, "OPTIONS", "/c")).Status.Code);
    }

    [Fact]
    public async Task Own_HEAD_and_OPTIONS_routes_win()
    {
        var routes = new HttpRoutes()
            .Get("/a", _ => HttpResponse.Text("get"))
            .Map("HEAD", "/a", _ => HttpResponse.Text("head"))
            .Map("OPTIONS", "/a", _ => HttpResponse.Text("options"));

        Assert.Equal("head", await TextAsync(routes, "HEAD", "/a"));
        Assert.Equal("options", await TextAsync(routes, "OPTIONS", "/a"));
    }

    [Fact]
    public async Task A_mounted_handler_sees_the_path_below()
    {
        var routes = new HttpRoutes()
            .Mount("/files/{room}", request => new(HttpResponse.Text(
                $"{request.RouteValues()["room"]} {request.Path} {request.Target}")));

        Assert.Equal("a / /files/a", await TextAsync(routes, "GET", "/files/a"));
        Assert.Equal("a / /files/a/", await TextAsync(routes, "GET", "/files/a/"));
        Assert.Equal("a /x/y/ /files/a/x/y/", await TextAsync(routes, "PUT", "/files/a/x/y/"));
    }

    [Fact]
    public async Task A_mounted_table_keeps_its_middleware_and_gets_the_outer_ones()
    {
        var inner = new HttpRoutes().Use(Tag("inner")).Get("/x", _ => HttpResponse.Text("x"), Tag("own"));
        var routes = new HttpRoutes()
            .Use(Tag("outer")).Mount("/a/{b:int}", inner).Get("/y", _ => HttpResponse.Text("y"));

        Assert.Equal("outer(inner(own(x)))", await TextAsync(routes, "GET", "/a/5/x"));
        Assert.Equal("outer(y)", await TextAsync(routes, "GET", "/y"));
        Assert.Equal(404, (await AnswerAsync(routes, "GET", "/a/b/x")).Status.Code);
    }

    [Fact]
    public async Task A_table_of_its_own_can_be_mounted_as_a_handler()
    {
        var inner = new HttpRoutes().Get("/x", _ => HttpResponse.Text("x")).ToHandler();
        var routes = new HttpRoutes().Mount("/a", new HttpRoutes().Mount("/b", inner).ToHandler());

        Assert.Equal("x", await TextAsync(routes, "GET", "/a/b/x"));
        Assert.Equal(405, (await AnswerAsync(routes, "PUT", "/a/b/x")).Status.Code);
    }

    [Fact]
    public async Task A_value_that_is_not_of_the_type_asked_for_is_a_404()
    {
        var routes = new HttpRoutes()
            .Get("/{id}", request => HttpResponse.Text($"{request.RouteValues().Get<Guid>("id")}"));

        var fault = await Assert.ThrowsAsync<HttpMessageException>(() => AnswerAsync(routes, "GET", "/7"));
        Assert.Equal(404, fault.Error.Status.Code);
        Assert.False(RouteValues.Empty.TryGet<int>("id", out _));
        Assert.Throws<ArgumentException>(() => RouteValues.Empty.Get<int>("id"));
    }

    [Theory]
    [InlineData("int", "7", "x")]
    [InlineData("long", "99999999999", "9.5")]
    [InlineData("decimal", "-9.5", "1e5")]
    [InlineData("guid", "6f9619ff-8b86-d011-b42d-00cf4fc964ff", "6f9619ff")]
    [InlineData("bool", "true", "yes")]
    [InlineData("date", "2024-02-29", "2023-02-29")]
    public async Task A_constraint_lets_only_its_kind_match(string constraint, string good, string bad)
    {
        var routes = new HttpRoutes().Get($"/{{x:{constraint}}}", request => HttpResponse.Text(request.Path));

        Assert.Equal(200, (await AnswerAsync(routes, "GET", "/" + good)).Status.Code);
        Assert.Equal(404, (await AnswerAsync(routes, "GET", "/" + bad)).Status.Code);
    }

    [Theory]
    [InlineData("users", "slash")]
    [InlineData("/a//b", "empty segment")]
    [InlineData("/a{b}", "in part")]
    [InlineData("/{a}{b}", "in part")]
    [InlineData("/{a", "in part")]
    [InlineData("/{}", "malformed")]
    [InlineData("/{*a:int}", "malformed")]
    [InlineData("/{a:uint}", "unknown constraint")]
    [InlineData("/{*a}/b", "not its last")]
    [InlineData("/{a}/{a}", "alike")]
    public void Refuses_a_malformed_template_and_says_why(string template, string why)
    {
        var fault = Assert.Throws<ArgumentException>(() => new HttpRoutes().Get(template, _ => HttpResponse.Text("")));
        Assert.Contains(why, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Allows_32_parameters_and_not_33()
    {
        static string Template(int count) => string.Concat(Enumerable.Range(0, count).Select(x => $"/{{p{x}}}"));
        new HttpRoutes().Get(Template(32), _ => HttpResponse.Text("")).ToHandler();
        Assert.Throws<ArgumentException>(() => new HttpRoutes().Get(Template(33), _ => HttpResponse.Text("")));
    }

    [Fact]
    public void Refuses_two_routes_for_the_same_paths()
    {
        var routes = new HttpRoutes()
            .Get("/{a}/x", _ => HttpResponse.Text("")).Get("/{b}/x/", _ => HttpResponse.Text(""));

        var fault = Assert.Throws<ArgumentException>(routes.ToHandler);
        Assert.Contains("/{b}/x/ answers the same paths as GET /{a}/x", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Routes_that_are_mapped_after_it_was_built_do_not_change_a_handler()
    {
        var routes = new HttpRoutes().NotFound(_ => new(HttpResponse.Text("own", 404)));
        var handler = routes.ToHandler();
        routes.Get("/late", _ => HttpResponse.Text("late"));

        var answer = await handler(new HttpRequest("GET", "/late"));
        Assert.Equal("own", await answer.Body.ReadTextAsync());
    }

    [Fact]
    public async Task A_deep_table_is_searched_in_time_that_does_not_double_with_each_segment()
    {
        // Each of 20 levels has a literal and a parameter; without care a path of 20 a's would be tried 2^20 times.
        var routes = new HttpRoutes();
        for (var depth = 1; depth <= 20; depth++)
        {
            var prefix = string.Concat(Enumerable.Repeat("/a", depth - 1));
            routes.Get(prefix + "/{x}/end", _ => HttpResponse.Text(""))
                .Get(prefix + "/a/no", _ => HttpResponse.Text(""));
        }

        var handler = routes.ToHandler();
        var path = string.Concat(Enumerable.Repeat("/a", 5000));
        for (var i = 0; i < 1000; i++)
            Assert.Equal(404, (await handler(new HttpRequest("GET", path))).Status.Code);
    }

    private static HttpMiddleware Tag(string name) => next => async request =>
    {
        var answer = await next(request);
        return HttpResponse.Text($"{name}({await answer.Body.ReadTextAsync()})");
    };

    private static async Task<HttpResponse> AnswerAsync(HttpRoutes routes, string method, string path) =>
        await routes.ToHandler()(new HttpRequest(method, path));

    private static async Task<string> TextAsync(HttpRoutes routes, string method, string path) =>
        await (await AnswerAsync(routes, method, path)).Body.ReadTextAsync();
}
