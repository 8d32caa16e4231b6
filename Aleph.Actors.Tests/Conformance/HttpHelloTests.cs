using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Conformance;

/// <summary>The sample HttpHello as a process of its own: its routes, its command line, its end.</summary>
public sealed class HttpHelloTests
{
    [Fact]
    public async Task Is_ready_within_three_seconds_and_answers_its_routes()
    {
        using var sample = await SampleProcess.StartAsync();
        Assert.InRange(sample.ReadyAfter, TimeSpan.Zero, TimeSpan.FromSeconds(3));
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
        using var sample = await SampleProcess.StartAsync("--any");
        using var client = await RawClient.ConnectAsync(sample.EndPoint);
        await client.SendAsync(RawClient.Bytes(wire));
        var answer = await client.ReadResponseAsync();
        Assert.Equal((status, body), (answer.Status, answer.Body));
        Assert.Equal($"{body.Length}", answer["Content-Length"]);
    }

    [Theory]
    [InlineData("HEAD /plaintext HTTP/1.1|Host: a||")]
    [InlineData("CONNECT a:80 HTTP/1.1|Host: a:80||")]
    public async Task Any_answers_without_content_where_there_is_none(string wire)
    {
        using var sample = await SampleProcess.StartAsync("--any", "--inline-completions");
        using var client = await RawClient.ConnectAsync(sample.EndPoint);
        await client.SendAsync(RawClient.Bytes(wire));
        Assert.InRange((await client.ReadResponseAsync(toHead: true)).Status, 200, 499);
    }

    [Theory]
    [InlineData("TERM", "")]
    [InlineData("INT", "")]
    [InlineData("TERM", "TERM")]
    [InlineData("INT", "INT")]
    public async Task A_signal_drains_and_ends_it_well(string signal, string again)
    {
        using var sample = await SampleProcess.StartAsync();
        using var idle = await RawClient.ConnectAsync(sample.EndPoint);
        await idle.SendAsync(RawClient.Bytes("GET / HTTP/1.1|Host: a||"));
        await idle.ReadResponseAsync();
        using var busy = await RawClient.ConnectAsync(sample.EndPoint);
        await busy.SendAsync(RawClient.Bytes("GET /sleep/500 HTTP/1.1|Host: a||"));

        // Answered on the same server, so the sleeping request has been read too.
        await idle.SendAsync(RawClient.Bytes("GET /sleep/50 HTTP/1.1|Host: a||"));
        await idle.ReadResponseAsync();
        await sample.SignalAsync(signal);
        Assert.Empty(await idle.ReadToEndAsync());
        if (again.Length > 0)
            await sample.SignalAsync(again);

        var answer = Assert.Single(await busy.ReadToEndAsync());
        Assert.Equal((200, "close"), (answer.Status, answer["Connection"]));
        Assert.Equal(0, await sample.ExitCodeAsync());
    }

    [Fact]
    public async Task A_taken_port_is_named()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var result = await SampleProcess.RunAsync($"{port}");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"127.0.0.1:{port}", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Errors + result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("usage")]
    [InlineData("70000", "70000")]
    [InlineData("--what", "0", "--what")]
    [InlineData("akka-io", "0", "--akka-io")]
    public async Task A_bad_command_line_is_refused_with_a_message(string said, params string[] arguments)
    {
        var result = await SampleProcess.RunAsync(arguments);
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains(said, result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
    }

    /// <summary>HttpHello, from the build of this configuration.</summary>
    private sealed class SampleProcess : IDisposable
    {
        private static readonly Tool Dotnet = new("dotnet");
        private static readonly Tool Kill = new("kill");
        private readonly Process _process;

        private SampleProcess(Process process) => _process = process;

        public TimeSpan ReadyAfter { get; private set; }

        public IPEndPoint EndPoint { get; private set; } = null!;

        private static string Assembly => Path.Combine(
            Repository.Root, "samples", "HttpHello", "bin", Configuration, "net10.0", "HttpHello.dll");

        private static string Configuration =>
            AppContext.BaseDirectory.Contains("Release", StringComparison.Ordinal) ? "Release" : "Debug";

        public static async Task<SampleProcess> StartAsync(params string[] options)
        {
            var begin = Stopwatch.GetTimestamp();
            var sample = new SampleProcess(Dotnet.Start([Assembly, "0", .. options]));
            var line = await sample._process.StandardOutput.ReadLineAsync().Within("the sample said where it listens");
            sample.ReadyAfter = Stopwatch.GetElapsedTime(begin);
            sample.EndPoint = IPEndPoint.Parse(line!.Split("http://")[1]);
            return sample;
        }

        public static Task<ToolResult> RunAsync(params string[] arguments) =>
            Dotnet.RunAsync(Waiting.Patience, [Assembly, .. arguments]);

        public HttpClient CreateClient() => new() { BaseAddress = new Uri($"http://{EndPoint}") };

        public async Task SignalAsync(string signal) =>
            Assert.Equal(0, (await Kill.RunAsync(Waiting.Patience, $"-{signal}", $"{_process.Id}")).ExitCode);

        public async Task<int> ExitCodeAsync()
        {
            await _process.WaitForExitAsync().Within("the sample ended");
            return _process.ExitCode;
        }

        public void Dispose()
        {
            if (!_process.HasExited)
                _process.Kill();
            _process.Dispose();
        }
    }
}
