using System.Text;
using System.Text.Json.Serialization;
using Aleph.Actors.Http;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Xunit;

namespace Aleph.Actors.Tests.Messages;

public sealed class ContentTests
{
    [Theory]
    [InlineData("a=1&a=2&b", "a=1|a=2|b=")]
    [InlineData("a=x+y%20z&=v", "a=x y z|=v")]
    [InlineData("%C3%A9=%F0%9F%98%80", "\u00e9=\U0001F600")]
    [InlineData("a=%zz&b=%4&c=%", "a=%zz|b=%4|c=%")]
    [InlineData("a==&&&b=1;2", "a==|b=1;2")]
    [InlineData("\U0001F600+=1", "\U0001F600 =1")]
    public void Reads_the_pairs_of_a_query(string query, string expected)
    {
        var pairs = new HttpRequest("GET", "/?" + query).ReadQuery();
        Assert.Equal(expected, string.Join('|', pairs.Select(x => $"{x.Key}={x.Value}")));
    }

    [Fact]
    public void Finds_repeated_names()
    {
        var pairs = new HttpRequest("GET", "/?a=1&b=2&a=3").ReadQuery();
        Assert.Equal("1", pairs["a"]);
        Assert.Equal(["1", "3"], pairs.GetAll("a"));
        Assert.Null(pairs["A"]);
        Assert.True(pairs.Contains("b"));
        Assert.Empty(new HttpRequest("GET", "/").ReadQuery());
    }

    [Theory]
    [InlineData(16), InlineData(17), InlineData(1000)]
    public void Finds_names_among_few_and_among_many(int count)
    {
        var query = string.Join('&', Enumerable.Range(0, count - 2).Select(i => $"n{i}={i}"));
        var pairs = new HttpRequest("GET", $"/?{query}&n3=again&last=z").ReadQuery();
        Assert.Equal(("3", "z", null), (pairs["n3"], pairs["last"], pairs["none"]));
        Assert.Equal(["3", "again"], pairs.GetAll("n3"));
        Assert.True(pairs.Contains("last"));
        Assert.False(pairs.Contains("Last"));
    }

    [Property(MaxTest = 2000)]
    public Property Decodes_as_one_letter_after_the_other_would()
    {
        var pieces = Gen.Elements(
            "%", "+", "%41", "%c3%a9", "%e2%82%ac", "4", "1z", "\u00e9", "\U0001F600", "%F0%9F%98%80", " ");
        return Prop.ForAll(pieces.ArrayOf().ToArbitrary(), all =>
        {
            var text = string.Concat(all);
            Assert.Equal(
                OneByOne(text), new HttpRequest("GET", "/?a=" + text).ReadQuery()["a"]);
        });
    }

    [Fact]
    public void Accepts_as_many_fields_as_the_limit_and_not_one_more()
    {
        var request = new HttpRequest("GET", "/?a&b&c");
        Assert.Equal(3, request.ReadQuery(3).Count);
        Assert.Equal(413, Assert.Throws<HttpMessageException>(() => request.ReadQuery(2)).Error.Status.Code);
    }

    [Theory]
    [InlineData("%FF")]
    [InlineData("a=%C0%AE")]
    [InlineData("a=%ED%A0%80")]
    public void Escapes_that_are_not_UTF8_are_a_400(string query)
    {
        var fault = Assert.Throws<HttpMessageException>(() => new HttpRequest("GET", "/?" + query).ReadQuery());
        Assert.Equal(400, fault.Error.Status.Code);
    }

    [Fact]
    public async Task Reads_a_form_of_a_million_keys_up_to_the_limit()
    {
        var form = Post(string.Join('&', Enumerable.Range(0, 1_000_000)), "application/x-www-form-urlencoded");
        Assert.Equal(413, await StatusAsync(form.ReadFormAsync(limit: 16 * 1024 * 1024)));
        var small = Post("a=1&b=%C3%A9", "Application/X-WWW-Form-Urlencoded; charset=utf-8");
        Assert.Equal("\u00e9", (await small.ReadFormAsync())["b"]);
        Assert.Equal(415, await StatusAsync(Post("a=1", "text/plain").ReadFormAsync()));
        Assert.Equal(413, await StatusAsync(Post("a=12", "application/x-www-form-urlencoded").ReadFormAsync(limit: 3)));
    }

    [Fact]
    public void Reads_cookies_and_leaves_out_what_is_none()
    {
        var headers = HttpHeaders.Of(("Cookie", "a=1; b=\"x y\";c; =d; e=f=g ;; a=2"), ("Cookie", "h="));
        var cookies = new HttpRequest("GET", "/", headers).ReadCookies();
        Assert.Equal("a=1|b=x y|e=f=g|a=2|h=", string.Join('|', cookies.Select(x => $"{x.Key}={x.Value}")));
    }

    [Theory]
    [InlineData("text/plain; charset=iso-8859-1", new byte[] { 0xe9 }, "\u00e9")]
    [InlineData("text/plain;CHARSET=\"UTF-8\"", new byte[] { 0xc3, 0xa9 }, "\u00e9")]
    [InlineData("text/plain; x=\"a;charset=b\\\"\"; charset=us-ascii", new byte[] { 0x41 }, "A")]
    [InlineData("text/plain", new byte[] { 0xc3, 0xa9 }, "\u00e9")]
    public async Task Reads_text_in_the_charset_that_was_named(string contentType, byte[] bytes, string expected) =>
        Assert.Equal(expected, await Post(bytes, contentType).ReadTextAsync());

    [Fact]
    public async Task Text_of_an_unknown_charset_is_a_415_and_of_a_wrong_one_a_400()
    {
        Assert.Equal(415, await StatusAsync(Post("a", "text/plain; charset=klingon").ReadTextAsync()));
        Assert.Equal(400, await StatusAsync(Post([0xff], "text/plain; charset=utf-8").ReadTextAsync()));
        Assert.Equal(413, await StatusAsync(Post("abc", "text/plain").ReadTextAsync(limit: 2)));
    }

    [Fact]
    public async Task Reads_JSON_with_and_without_reflection()
    {
        var json = """{"name":"Ann","age":7}""";
        var person = await Post(json, "application/json").ReadJsonAsync(PeopleJson.Default.Person);
        Assert.Equal(new Person("Ann", 7), person);
        Assert.Equal(person, await Post(json, "application/vnd.x+json; charset=utf-8").ReadJsonAsync<Person>());
        Assert.Equal(415, await StatusAsync(Post(json, "text/json").ReadJsonAsync(PeopleJson.Default.Person)));
        Assert.Equal(415, await StatusAsync(Post(json, null).ReadJsonAsync(PeopleJson.Default.Person)));
        Assert.Equal(413, await StatusAsync(Post(json, "application/json").ReadJsonAsync<Person>(limit: 21)));
        Assert.Equal("Ann", (await Post(json, "application/json").ReadJsonAsync<Person>(limit: 22))!.Name);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"age\":\"secret\"}")]
    public async Task Malformed_JSON_is_a_400_that_does_not_repeat_it(string json)
    {
        var fault = await Assert.ThrowsAsync<HttpMessageException>(
            () => Post(json, "application/json").ReadJsonAsync(PeopleJson.Default.Person).AsTask());
        Assert.Equal(400, fault.Error.Status.Code);
        Assert.DoesNotContain("secret", fault.ToString() + fault.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Saves_a_body_to_a_file_and_removes_what_is_not_whole()
    {
        var folder = Directory.CreateTempSubdirectory("aleph");
        var path = Path.Combine(folder.FullName, "upload");
        Assert.Equal(413, await StatusAsync(Post(new byte[11], null).SaveAsync(path, limit: 10)));
        var unknown = new HttpRequest("PUT", "/", null, HttpBody.From(new MemoryStream(new byte[11])));
        Assert.Equal(413, await StatusAsync(unknown.SaveAsync(path, limit: 10)));
        Assert.False(File.Exists(path));
        Assert.Equal(10, await Post(new byte[10], null).SaveAsync(path, limit: 10));
        Assert.Equal(10, new FileInfo(path).Length);
        await Assert.ThrowsAnyAsync<IOException>(() => Post("b", null).SaveAsync(path).AsTask());
        Assert.Equal(10, new FileInfo(path).Length);
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_registry_reads_and_writes_by_media_type()
    {
        var formats = HttpBodyFormats.Of(HttpBodyFormat.Json(PeopleJson.Default), new CsvFormat());
        Assert.Equal("csv", await Post("x", "text/csv; header=absent").ReadAsync<string>(formats));
        Assert.Equal(7, (await Post("{\"age\":7}", "application/a+json").ReadAsync<Person>(formats))!.Age);
        Assert.Equal(415, await StatusAsync(Post("x", "text/xml").ReadAsync<string>(formats)));
        Assert.Equal(415, await StatusAsync(Post("x", null).ReadAsync<string>(formats)));
    }

    [Theory]
    [InlineData(null, "application/json")]
    [InlineData("", "application/json")]
    [InlineData("*/*", "application/json")]
    [InlineData("text/csv", "text/csv")]
    [InlineData("text/*;q=0.5, */*;q=0.1", "text/csv")]
    [InlineData("application/json;q=0.2, text/csv;q=0.3", "text/csv")]
    [InlineData("application/json;q=0, */*", "text/csv")]
    [InlineData("text/html", null)]
    [InlineData("*/*;q=0", null)]
    [InlineData("text/csv;q=nonsense", null)]
    public async Task Answers_in_the_format_that_is_preferred(string? accept, string? expected)
    {
        var formats = HttpBodyFormats.Of(HttpBodyFormat.Json(PeopleJson.Default)).With(new CsvFormat());
        var headers = accept is null ? null : HttpHeaders.Of(("Accept", accept));
        var answer = HttpResponse.Of(new HttpRequest("GET", "/", headers), new Person("Ann", 7), formats);

        Assert.Equal(expected is null ? 406 : 200, answer.Status.Code);
        Assert.Equal(expected ?? "application/problem+json", answer.Headers["Content-Type"]);
        Assert.Equal("Accept", answer.Headers["Vary"]);
        if (expected == "text/csv")
            Assert.Equal("csv", await answer.Body.ReadTextAsync());
    }

    private static HttpRequest Post(string content, string? contentType) =>
        Post(Encoding.UTF8.GetBytes(content), contentType);

    private static HttpRequest Post(byte[] content, string? contentType) => new(
        "POST", "/", contentType is null ? null : HttpHeaders.Of(("Content-Type", contentType)),
        HttpBody.From(content));

    private static async Task<int> StatusAsync<T>(ValueTask<T> reading) =>
        (await Assert.ThrowsAsync<HttpMessageException>(() => reading.AsTask())).Error.Status.Code;

    private static string OneByOne(string text)
    {
        var octets = new List<byte>();
        for (var i = 0; i < text.Length; i++)
        {
            var isEscape = text[i] == '%' && i + 2 < text.Length
                && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2]);
            if (isEscape)
                octets.Add(Convert.ToByte(text.Substring((i += 2) - 1, 2), 16));
            else if (char.IsHighSurrogate(text[i]))
                octets.AddRange(Encoding.UTF8.GetBytes(text.Substring(i++, 2)));
            else
                octets.AddRange(Encoding.UTF8.GetBytes(text[i] == '+' ? " " : text[i].ToString()));
        }

        return Encoding.UTF8.GetString([.. octets]);
    }

    private sealed class CsvFormat : HttpBodyFormat
    {
        public override string MediaType => "text/csv";

        public override HttpBody Write<T>(T value) => HttpBody.From("csv");

        public override ValueTask<T?> ReadAsync<T>(HttpBody body, long limit, CancellationToken cancellationToken)
            where T : default => new((T?)(object?)"csv");
    }
}

internal sealed record Person(string? Name, int Age);

[JsonSerializable(typeof(Person))]
[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
internal sealed partial class PeopleJson : JsonSerializerContext;
