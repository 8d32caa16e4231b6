using Xunit;

namespace Aleph.Actors.Tests.Conformance;

/// <summary>The sample HttpHello with <c>--any</c>, in the event-loop mode.</summary>
public sealed class HttpHelloAnyTests(AnySample sample) : IClassFixture<AnySample>
{
    [Theory]
    [InlineData("GET /x HTTP/1.1|Host: a||", 200, "")]
    [InlineData("PUT /x?y=1 HTTP/1.1|Host: a|Content-Length: 3||abc", 200, "abc")]
    [InlineData("POST /x HTTP/1.1|Host: a|Transfer-Encoding: chunked||3|abc|2|de|0||", 200, "abcde")]
    [InlineData("DELETE /x HTTP/1.1|Host: a||", 200, "")]
    [InlineData("BREW /pot HTTP/1.1|Host: a|Content-Length: 1||x", 200, "x")]
    [InlineData("OPTIONS * HTTP/1.1|Host: a||", 200, "")]
    [InlineData("GET /plaintext HTTP/1.1|Host: a||", 200, "Hello, World!")]
    [InlineData("GET /big?n=5 HTTP/1.1|Host: a||", 200, "xxxxx")]
    [InlineData("GET /sleep?ms=5 HTTP/1.1|Host: a||", 200, "Hello, World!")]
    [InlineData("GET /x HTTP/1.0||", 200, "")]
    public async Task Any_answers_every_method_and_path(string wire, int status, string body)
    {
        using var client = await RawClient.ConnectAsync(sample.Process.EndPoint);
        await client.SendAsync(RawClient.Bytes(wire));
        var answer = await client.ReadResponseAsync();
        Assert.Equal((status, body), (answer.Status, answer.Body));
        Assert.Equal($"{body.Length}", answer["Content-Length"]);
    }

    [Theory]
    [InlineData("HEAD /plaintext HTTP/1.1|Host: a||", 200)]
    [InlineData("CONNECT a:80 HTTP/1.1|Host: a:80||", 200)]
    public async Task Any_answers_what_has_no_content(string wire, int status)
    {
        using var client = await RawClient.ConnectAsync(sample.Process.EndPoint);
        await client.SendAsync(RawClient.Bytes(wire));
        Assert.Equal(status, (await client.ReadResponseAsync(toHead: true)).Status);
    }
}

/// <summary>One process for all tests of the class.</summary>
public sealed class AnySample : IAsyncLifetime
{
    internal HelloProcess Process { get; private set; } = null!;

    public async Task InitializeAsync() => Process = await HelloProcess.StartAsync("--any", "--inline-completions");

    public Task DisposeAsync()
    {
        Process.Dispose();
        return Task.CompletedTask;
    }
}
