using System.Net;
using System.Text;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests;

/// <summary>The sample HttpFeatures, as a user runs it: each route answers as samples/README.md says.</summary>
public sealed class HttpFeaturesTests : IAsyncLifetime
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private SampleProcess? _sample;

    public async Task InitializeAsync()
    {
        if (OperatingSystem.IsWindows())
            return;
        _sample = SampleProcess.Start("HttpFeatures", "0");
        _client.BaseAddress = new Uri(await _sample.AddressAsync());
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        if (_sample is not null)
            Assert.Equal(0, await _sample.TerminateAsync());
        _sample?.Dispose();
    }

    [SkippableFact]
    public async Task Bodies()
    {
        Skip.If(_sample is null, "needs signals");
        Assert.Equal("""{"id":7,"name":"Ann"}""", await GetAsync("/users/7"));
        Assert.Contains("There is no user 8.", await GetAsync("/users/8", 404), StringComparison.Ordinal);
        Assert.Equal("1\n2\n3\n", await GetAsync("/count/3"));
        Assert.Equal("line 1\nline 2\nline 3\n", await GetAsync("/pushed"));
        Assert.Equal("abc", await GetAsync("/source"));
        Assert.Equal("", await GetAsync("/old", 308));
        Assert.Equal("x y in a and b\n", await GetAsync("/search?q=x+y&tag=a&tag=b"));
        Assert.Equal("visit 1\n", await GetAsync("/visits"));
        Assert.Equal("visit 2\n", await GetAsync("/visits"));
        Assert.Equal("HELLO", await PostAsync("/shout", "hello", "text/plain", 200));
        Assert.Equal(
            "a = 1\nb = x y\n", await PostAsync("/form", "a=1&b=x+y", "application/x-www-form-urlencoded", 200));
        await PostAsync("/form", "a=1", "text/plain", 415);
        Assert.Equal("""{"id":1,"name":"B"}""",
            await PostAsync("/users", """{"id":1,"name":"B"}""", "application/json", 201));
        await PostAsync("/users", "{", "application/json", 400);
        await PostAsync("/shout", new string('a', 1001), "text/plain", 413);
        Assert.Contains("not allowed", await PostAsync("/", "", "text/plain", 405), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Files_uploads_and_events()
    {
        Skip.If(_sample is null, "needs signals");
        Assert.Contains("HttpFeatures.dll", await GetAsync("/files/"), StringComparison.Ordinal);
        var config = await GetAsync("/files/HttpFeatures.runtimeconfig.json");
        Assert.Contains("runtimeOptions", config, StringComparison.Ordinal);
        Assert.EndsWith("id: 3\ndata: tick 3\n\n", await GetAsync("/ticks"), StringComparison.Ordinal);
        using var form = new MultipartFormDataContent
        {
            { new StringContent("1"), "a" },
            { new ByteArrayContent(new byte[100]), "f", "zero.bin" },
        };
        using var answer = await _client.PostAsync(new Uri("/upload", UriKind.Relative), form).Within("an answer");
        Assert.Equal("a = 1\nzero.bin: 100 bytes\n", await answer.Content.ReadAsStringAsync());
        Assert.Matches("^[0-9a-f]{32}$", Assert.Single(answer.Headers.GetValues("X-Request-Id")));
    }

    [SkippableFact]
    public async Task Operations()
    {
        Skip.If(_sample is null, "needs signals");
        Assert.Equal("ready\n", await GetAsync("/ready"));
        await GetAsync("/users/8", 404);
        var statistics = await GetAsync("/statistics");
        Assert.StartsWith("connections 1 of 1\nrequests 3, active 1, failed 0\n", statistics, StringComparison.Ordinal);
        Assert.Contains("status 404: 1\n", statistics, StringComparison.Ordinal);
        Assert.Matches(
            @"^127\.0\.0\.1:\d+ speaks HTTP/1\.1, Open\nGET /connection: Handling\n$", await GetAsync("/connection"));
        Assert.Matches(@"(?m)^http\.server\.request\.duration 4 ", await GetAsync("/metrics"));
        Assert.Equal("1 fields from now on\n", await PostAsync("/limits/1", "", "text/plain", 200));
        using var fresh = new HttpClient { BaseAddress = _client.BaseAddress };
        using var refused = new HttpRequestMessage(HttpMethod.Get, "/ready") { Headers = { { "A", "b" } } };
        Assert.Equal(431, (int)(await fresh.SendAsync(refused).Within("a refusal")).StatusCode);
    }

    [SkippableFact]
    public async Task Drains_when_asked_and_ends()
    {
        Skip.If(_sample is null, "needs signals");
        using var draining = SampleProcess.Start("HttpFeatures", "0");
        var address = await draining.LineAsync("Listening on http://");
        using var answer = await _client.PostAsync(new Uri($"http://{address}/drain"), null).Within("an answer");
        Assert.Equal("drains\n", await answer.Content.ReadAsStringAsync());
        Assert.Equal(0, await draining.ExitAsync());
    }

    [SkippableFact]
    public async Task The_wire_log_shows_bytes()
    {
        Skip.If(_sample is null, "needs signals");
        using var logging = SampleProcess.Start("HttpFeatures", "0", "--wire-log");
        var address = await logging.LineAsync("Listening on http://");
        Assert.Equal("ready\n", await _client.GetStringAsync(new Uri($"http://{address}/ready")).Within("an answer"));
        await logging.LineAsync("received ");
        await logging.LineAsync("|GET /ready HTTP/|");
        Assert.Equal(0, await logging.TerminateAsync());
    }

    private async Task<string> GetAsync(string path, int status = 200)
    {
        using var answer = await _client.GetAsync(new Uri(path, UriKind.Relative)).Within("an answer to " + path);
        Assert.Equal((HttpStatusCode)status, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }

    private async Task<string> PostAsync(string path, string content, string type, int status)
    {
        using var body = new StringContent(content, Encoding.UTF8, type);
        using var answer = await _client.PostAsync(new Uri(path, UriKind.Relative), body)
            .Within("an answer to " + path);
        Assert.Equal((HttpStatusCode)status, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }
}
