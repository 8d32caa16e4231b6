using System.Net;
using System.Net.Sockets;
using System.Text;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests;

/// <summary>
/// Each sample starts, answers as samples/README.md says, and drains and exits with 0 when it is told to.
/// </summary>
public sealed class SampleTests
{
    [SkippableFact]
    public async Task HttpHello_answers_and_ends_on_SIGTERM()
    {
        NeedsSignals();
        using var sample = SampleProcess.Start("HttpHello", "0");
        var uri = new Uri(await sample.AddressAsync() + "/");
        using var client = new HttpClient();

        Assert.Equal("Hello, World!", await client.GetStringAsync(uri).Within("an answer"));
        Assert.Equal(0, await sample.TerminateAsync());
    }

    [SkippableFact]
    public async Task Fetch_prints_what_it_gets_and_fails_where_there_is_none()
    {
        NeedsSignals();
        using var server = SampleProcess.Start("HttpHello", "0");
        var url = await server.AddressAsync();
        using (var fetch = SampleProcess.Start("Fetch", url + "/", "-i"))
        {
            Assert.Equal(" 200 OK", await fetch.LineAsync("HTTP/1.1"));
            Assert.Equal("", await fetch.LineAsync("Hello, World!"));
            Assert.Equal(0, await fetch.ExitAsync());
        }

        using (var posted = SampleProcess.Start("Fetch", url + "/echo", "-d", "a=b", "-H", "X: y"))
        {
            Assert.Equal("", await posted.LineAsync("a=b"));
            Assert.Equal(0, await posted.ExitAsync());
        }

        using (var load = SampleProcess.Start("Fetch", url + "/", "--repeat", "200", "--concurrency", "8"))
        {
            await load.LineAsync("200 answers in ");
            Assert.Equal(0, await load.ExitAsync());
        }

        var file = Path.GetTempFileName();
        using (var saved = SampleProcess.Start("Fetch", url + "/stream/100000", "-o", file))
            Assert.Equal(0, await saved.ExitAsync());
        Assert.Equal(100_000, new FileInfo(file).Length);
        File.Delete(file);
        foreach (var (wrong, code) in new[] { ("http://127.0.0.1:1/", 1), ("--what", 2) })
        {
            using var failed = SampleProcess.Start("Fetch", wrong);
            Assert.Equal(code, await failed.ExitAsync());
        }

        Assert.Equal(0, await server.TerminateAsync());
    }

    [SkippableFact]
    public async Task HttpHello_finishes_what_is_under_way_before_it_ends_on_SIGINT()
    {
        NeedsSignals();
        using var sample = SampleProcess.Start("HttpHello", "0");
        var uri = new Uri(await sample.AddressAsync());
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(uri.Host, uri.Port).Within("a connection");
        using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);

        // Both in one segment: when the first is answered, the second has been read.
        await client.GetStream().WriteAsync(
            "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /sleep/1500 HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray());
        Assert.Equal("HTTP/1.1 200 OK", await reader.ReadLineAsync().Within("the first answer"));
        await sample.SignalAsync("INT");

        var rest = await reader.ReadToEndAsync().Within("the slow answer and the end");
        Assert.EndsWith("Hello, World!", rest, StringComparison.Ordinal);
        Assert.Contains("Hello, World!HTTP/1.1 200 OK", rest, StringComparison.Ordinal);
        Assert.Equal(0, await sample.ExitAsync());
    }

    [SkippableFact]
    public async Task LineProtocol_answers_lines_in_order_and_says_goodbye()
    {
        NeedsSignals();
        using var sample = SampleProcess.Start("LineProtocol", "0");
        var endPoint = IPEndPoint.Parse(await sample.AddressAsync());
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(endPoint).Within("a connection");
        using var reader = new StreamReader(client.GetStream(), Encoding.UTF8);

        await client.GetStream().WriteAsync("SET a 1 2\r\nGET a\nGET b\nUPPER hello there\nWHAT\n"u8.ToArray());

        string[] answers =
            ["OK", "VALUE 1 2", "NONE", "HELLO THERE", "ERROR use SET key value, GET key, UPPER text or QUIT"];
        foreach (var line in answers)
            Assert.Equal(line, await reader.ReadLineAsync().Within("the answer " + line));
        await sample.SignalAsync("TERM");
        Assert.Equal("BYE the server stops", await reader.ReadLineAsync().Within("the last line"));
        Assert.Null(await reader.ReadLineAsync().Within("the end"));
        Assert.Equal(0, await sample.ExitAsync());
    }

    [SkippableFact]
    public async Task ByteFilter_counts_what_passes()
    {
        NeedsSignals();
        using var sample = SampleProcess.Start("ByteFilter", "0");
        var uri = new Uri(await sample.AddressAsync() + "/");
        using var client = new HttpClient();

        var first = await client.GetStringAsync(uri).Within("the first answer");
        var second = await client.GetStringAsync(uri).Within("the second answer");

        Assert.Matches("^1 connections, [1-9][0-9]* bytes in, 0 bytes out\n$", first);
        Assert.Matches("^1 connections, [1-9][0-9]* bytes in, [1-9][0-9]* bytes out\n$", second);
        Assert.Equal(0, await sample.TerminateAsync());
    }

    [SkippableFact]
    public async Task HttpHandlers_answer_in_every_way()
    {
        NeedsSignals();
        using var sample = SampleProcess.Start("HttpHandlers", "0");
        using var client = new HttpClient();
        foreach (var kind in new[] { "function", "async", "callback", "actor", "actor-per-request", "flow", "streams" })
        {
            var uri = new Uri(await sample.LineAsync(kind + ": ") + "/you");
            var answer = await client.GetStringAsync(uri).Within("an answer of the " + kind);
            Assert.StartsWith("hello, /you", answer, StringComparison.Ordinal);
            if (kind == "async")
                await UseBodiesAndUpgradeAsync(client, uri);
        }

        Assert.Equal(0, await sample.TerminateAsync());
    }

    private static async Task UseBodiesAndUpgradeAsync(HttpClient client, Uri uri)
    {
        using var echo = await client.PostAsync(new Uri(uri, "/echo"), new StringContent("text")).Within("an echo");
        Assert.Equal("text", await echo.Content.ReadAsStringAsync());
        using var count = await client.GetAsync(new Uri(uri, "/count")).Within("numbers");
        Assert.StartsWith("1\n2\n", await count.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(["55"], count.TrailingHeaders.GetValues("Sum"));

        using var raw = new System.Net.Sockets.TcpClient();
        await raw.ConnectAsync(uri.Host, uri.Port).Within("a connection");
        using var reader = new StreamReader(raw.GetStream(), Encoding.ASCII);
        await raw.GetStream().WriteAsync(
            "GET /raw HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nping\n"u8.ToArray());
        Assert.Equal("HTTP/1.1 101 Switching Protocols", await reader.ReadLineAsync().Within("the upgrade"));
        while (await reader.ReadLineAsync().Within("the head") is { Length: > 0 })
        {
        }

        Assert.Equal("ping", await reader.ReadLineAsync().Within("the echo after the upgrade"));
    }

    private static void NeedsSignals() => Skip.If(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
}
