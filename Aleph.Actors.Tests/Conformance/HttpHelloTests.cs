using System.Net;
using System.Net.Sockets;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Conformance;

/// <summary>The sample HttpHello as a process of its own: its routes, its command line, its end.</summary>
public sealed class HttpHelloTests
{
    [Theory]
    [InlineData]
    [InlineData("--akka-io")]
    public async Task Answers_its_routes(params string[] options)
    {
        using var sample = await HelloProcess.StartAsync(options);
        using var client = sample.CreateClient();

        using var hello = await client.GetAsync("/");
        Assert.Equal("text/plain", $"{hello.Content.Headers.ContentType}");
        Assert.Equal("Hello, World!", await hello.Content.ReadAsStringAsync());
        using var echo = await client.PostAsync("/echo", new StringContent("back"));
        Assert.Equal("back", await echo.Content.ReadAsStringAsync());
        Assert.Equal(300_000, (await client.GetByteArrayAsync("/stream/300000")).Length);
        Assert.Equal("Hello, World!", await client.GetStringAsync("/sleep/20"));
        Assert.Equal(HttpStatusCode.InternalServerError, (await client.GetAsync("/boom")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/else")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/echo")).StatusCode);
    }

    [Theory]
    [InlineData("TERM", "")]
    [InlineData("INT", "")]
    [InlineData("TERM", "TERM")]
    [InlineData("INT", "INT")]
    [InlineData("TERM", "", "--akka-io")]
    public async Task A_signal_drains_and_ends_it_well(string signal, string again, params string[] options)
    {
        using var sample = await HelloProcess.StartAsync(["--any", .. options]);
        using var idle = await RawClient.ConnectAsync(sample.EndPoint);
        await idle.SendAsync(RawClient.Bytes("GET / HTTP/1.1|Host: a||"));
        await idle.ReadResponseAsync();
        using var busy = await RawClient.ConnectAsync(sample.EndPoint);
        await busy.SendAsync(RawClient.Bytes("POST / HTTP/1.1|Host: a|Expect: 100-continue|Content-Length: 5||"));

        // The handler waits for the body, and gets it when the server is known to drain.
        for (var left = "HTTP/1.1 100 Continue\r\n\r\n".Length; left > 0;)
        {
            var read = await busy.ReadSomeAsync(left);
            Assert.NotEqual(0, read);
            left -= read;
        }

        await sample.SignalAsync(signal);
        Assert.Empty(await idle.ReadToEndAsync());
        if (again.Length > 0)
            await sample.SignalAsync(again);
        await busy.SendAsync("hello"u8.ToArray());

        var answer = Assert.Single(await busy.ReadToEndAsync());
        Assert.Equal((200, "close"), (answer.Status, answer["Connection"]));
        Assert.Equal("hello", answer.Body);
        Assert.Equal(0, await sample.ExitCodeAsync());
    }

    [Fact]
    public async Task A_taken_port_is_named()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var result = await HelloProcess.RunAsync($"{port}");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"127.0.0.1:{port}", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Errors + result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("usage")]
    [InlineData("70000", "70000")]
    [InlineData("--what", "0", "--what")]
    [InlineData("--akka-io", "0", "--akka-io", "--inline-completions")]
    public async Task A_bad_command_line_is_refused_with_a_message(string said, params string[] arguments)
    {
        var result = await HelloProcess.RunAsync(arguments);
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains(said, result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
    }
}
