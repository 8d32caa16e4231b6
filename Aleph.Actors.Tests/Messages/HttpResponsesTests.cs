using System.Text;
using System.Text.Json.Nodes;
using Aleph.Actors.Http;
using Xunit;

namespace Aleph.Actors.Tests.Messages;

public sealed class HttpResponsesTests
{
    [Fact]
    public async Task Writes_JSON_with_and_without_reflection()
    {
        var person = new Person("Ann", 7);
        var answer = HttpResponse.Json(person, PeopleJson.Default.Person, 201);
        Assert.Equal(201, answer.Status.Code);
        Assert.Equal("application/json", answer.Headers["Content-Type"]);
        Assert.Equal("""{"name":"Ann","age":7}""", await answer.Body.ReadTextAsync());
        Assert.Equal("""{"name":"Ann","age":7}""", await HttpResponse.Json(person).Body.ReadTextAsync());
    }

    [Fact]
    public async Task Writes_objects_as_JSON_lines()
    {
        var answer = HttpResponse.JsonLines(People(), PeopleJson.Default.Person);
        Assert.Equal("application/x-ndjson", answer.Headers["Content-Type"]);
        Assert.Equal("""{"name":null,"age":1}""" + "\n" + """{"name":null,"age":2}""" + "\n",
            await answer.Body.ReadTextAsync());
        Assert.Equal("{\"name\":null,\"age\":1}\n{\"name\":null,\"age\":2}\n",
            await HttpResponse.JsonLines(People(), System.Text.Json.JsonSerializerOptions.Web).Body.ReadTextAsync());

        static async IAsyncEnumerable<Person> People()
        {
            yield return new Person(null, 1);
            await Task.Yield();
            yield return new Person(null, 2);
        }
    }

    [Fact]
    public async Task Texts_are_encoded_across_elements()
    {
        // The two halves of one character, in two elements; then half a character at the end.
        var body = HttpBody.From(Texts("a\ud83d", "\ude00", "", "\ud83d"));
        Assert.Equal("a\U0001F600\ufffd", await body.ReadTextAsync());
        Assert.Equal([0xe9], (await HttpBody.From(Texts("\u00e9"), Encoding.Latin1).ReadBytesAsync()).ToArray());

        static async IAsyncEnumerable<string> Texts(params string[] texts)
        {
            foreach (var text in texts)
            {
                await Task.Yield();
                yield return text;
            }
        }
    }

    [Fact]
    public async Task Text_in_another_encoding_says_which()
    {
        var answer = HttpResponse.Text("\u00e9", Encoding.Latin1);
        Assert.Equal("text/plain; charset=iso-8859-1", answer.Headers["Content-Type"]);
        Assert.Equal([0xe9], (await answer.Body.ReadBytesAsync()).ToArray());
    }

    [Fact]
    public async Task Problems_follow_RFC_9457()
    {
        var answer = new HttpProblem(403)
        {
            Type = "https://example.com/credit",
            Title = "No credit",
            Detail = "It costs 50.",
            Instance = "/account/12",
            Extensions = new Dictionary<string, JsonNode?> { ["balance"] = 30, ["more"] = null },
        }.ToResponse();
        Assert.Equal("application/problem+json", answer.Headers["Content-Type"]);
        Assert.Equal(
            """{"type":"https://example.com/credit","title":"No credit","status":403,"detail":"It costs 50.","""
            + "\"instance\":\"/account/12\",\"balance\":30,\"more\":null}",
            await answer.Body.ReadTextAsync());
        Assert.Equal("""{"title":"Not Found","status":404}""", await HttpResponse.Problem(404).Body.ReadTextAsync());
        var wrong = new HttpProblem(400) { Extensions = new Dictionary<string, JsonNode?> { ["status"] = 1 } };
        Assert.Throws<InvalidOperationException>(wrong.ToResponse);
    }

    [Theory]
    [InlineData("/a?b#c", "/a?b#c")]
    [InlineData("https://example.com/\u00fc", "https://example.com/%C3%BC")]
    public void Redirects_to_a_location(string location, string sent)
    {
        var answer = HttpResponse.Redirect(location, 308);
        Assert.Equal(308, answer.Status.Code);
        Assert.Equal(sent, answer.Headers["Location"]);
        Assert.Equal(302, HttpResponse.Redirect(location).Status.Code);
    }

    [Theory]
    [InlineData("/a\r\nSet-Cookie: b=c")]
    [InlineData("/a\n")]
    [InlineData("/a\0")]
    [InlineData("/a b")]
    [InlineData("")]
    public void Refuses_a_location_that_would_split_the_answer(string location) =>
        Assert.ThrowsAny<ArgumentException>(() => HttpResponse.Redirect(location));

    [Theory]
    [InlineData(300)]
    [InlineData(304)]
    [InlineData(200)]
    public void Refuses_a_status_that_is_no_redirect(int status) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => HttpResponse.Redirect("/", status));

    [Fact]
    public void Cookies_have_every_attribute()
    {
        var cookie = new SetCookie("id", "7")
        {
            Domain = "example.com",
            Path = "/app",
            MaxAge = TimeSpan.FromHours(1),
            Expires = new DateTimeOffset(2030, 1, 2, 4, 4, 5, TimeSpan.FromHours(1)),
            Secure = true,
            HttpOnly = true,
            SameSite = SameSite.Strict,
            Partitioned = true,
        };
        Assert.Equal(
            "id=7; Domain=example.com; Path=/app; Max-Age=3600; Expires=Wed, 02 Jan 2030 03:04:05 GMT; "
            + "SameSite=Strict; Secure; HttpOnly; Partitioned",
            cookie.ToFieldValue());
        Assert.Equal("a=; Path=/; SameSite=Lax; HttpOnly", new SetCookie("a", "").ToFieldValue());
        Assert.StartsWith("id=; Domain=example.com; Path=/app; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
            cookie.Removal().ToFieldValue(), StringComparison.Ordinal);
        Assert.DoesNotContain("7", cookie.ToString(), StringComparison.Ordinal);
        var answer = HttpResponse.Text("").WithCookie(cookie).WithCookie(new SetCookie("b", "1"));
        Assert.Equal(2, answer.Headers.GetAll("Set-Cookie").Count());
    }

    public static TheoryData<SetCookie> Malformed() =>
    [
        new SetCookie("", "v"),
        new SetCookie("a b", "v"),
        new SetCookie("a", "v;w"),
        new SetCookie("a", "v\r\nX: y"),
        new SetCookie("a", "\u00e9"),
        new SetCookie("a", "v") { Path = "x" },
        new SetCookie("a", "v") { Path = "/;Secure" },
        new SetCookie("a", "v") { Domain = "a\nb" },
        new SetCookie("a", "v") { SameSite = SameSite.None },
        new SetCookie("a", "v") { Partitioned = true },
        new SetCookie("__Secure-a", "v"),
        new SetCookie("__Host-a", "v") { Secure = true, Domain = "x" },
        new SetCookie("__Host-a", "v") { Secure = true, Path = "/x" },
    ];

    [Theory]
    [MemberData(nameof(Malformed))]
    public void Refuses_a_cookie_that_browsers_would_drop_or_that_splits_the_answer(SetCookie cookie) =>
        Assert.Throws<InvalidOperationException>(() => HttpResponse.Text("").WithCookie(cookie));

    [Fact]
    public void Values_that_middleware_attaches_are_found_by_their_key()
    {
        var (number, text) = (new RequestKey<int>("n"), new RequestKey<string>("t"));
        var request = new HttpRequest("GET", "/");
        var other = request.With(number, 1).With(text, "a").With(number, 2);
        Assert.Equal(2, other.Get(number));
        Assert.Equal("a", other.WithPath("/b").WithHeader("A", "b").WithBody(HttpBody.Empty).Get(text));
        Assert.Equal(0, request.Get(number));
        Assert.Equal(0, other.Get(new RequestKey<int>("n")));
    }
}
