using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Conformance;

/// <summary>What curl makes of the server.</summary>
public class CurlTests : IAsyncLifetime
{
    private HttpHost _host = null!;

    private protected virtual TcpTransport Transport => TcpTransport.Sockets;

    public async Task InitializeAsync() => _host = await HttpHost.StartAsync(EchoAsync, HttpHost.Over(Transport));

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [SkippableFact]
    public async Task Gets() => Assert.Equal("GET / 200", await CurlAsync());

    [SkippableFact]
    public async Task Posts() => Assert.Equal("hello 200", await CurlAsync("-d", "hello"));

    [SkippableFact]
    public async Task Uploads_in_chunks()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, new string('u', 300_000));
            var echoed = await CurlAsync("-X", "POST", "-T", file, "-H", "Transfer-Encoding: chunked");
            Assert.Equal(new string('u', 300_000) + " 200", echoed);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [SkippableFact]
    public async Task Uploads_from_a_pipe()
    {
        using var curl = Tool.Curl.Start("-sS", "-m", "15", "-X", "POST", "-T", "-", _host.Uri.ToString());
        await curl.StandardInput.WriteAsync("first ");
        await curl.StandardInput.FlushAsync();
        await curl.StandardInput.WriteAsync("second");
        curl.StandardInput.Close();
        Assert.Equal("first second", await curl.StandardOutput.ReadToEndAsync().Within("curl ended"));
    }

    [SkippableFact]
    public async Task Waits_for_100_continue()
    {
        var result = await RunAsync("-v", "-H", "Expect: 100-continue", "-d", new string('x', 100_000));
        Assert.Contains("< HTTP/1.1 100 Continue", result.Errors, StringComparison.Ordinal);
        Assert.EndsWith("x 200", result.Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Sends_nothing_when_100_continue_is_refused()
    {
        var result = await RunAsync(
            "-v", "-H", "Expect: 100-continue", "-d", new string('x', 100_000), _host.Uri + "refuse");
        Assert.DoesNotContain("100 Continue", result.Errors, StringComparison.Ordinal);
        Assert.Equal(" 417", result.Output);
    }

    [SkippableFact]
    public async Task Gets_the_head_only()
    {
        var head = await CurlAsync("-I");
        Assert.Contains("Content-Length: 6", head, StringComparison.Ordinal);
        Assert.EndsWith(" 200", head, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Speaks_HTTP_1_0()
    {
        var result = await RunAsync("--http1.0", "-v");
        Assert.Equal("GET / 200", result.Output);
        Assert.Contains("> GET / HTTP/1.0", result.Errors, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Keeps_alive_with_HTTP_1_0()
    {
        var result = await RunAsync(
            "--http1.0", "-v", "-H", "Connection: keep-alive", _host.Uri.ToString(), _host.Uri.ToString());
        Assert.Contains("Connection: keep-alive", result.Errors, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Re-using existing", result.Errors, StringComparison.OrdinalIgnoreCase);
    }

    [SkippableFact]
    public async Task Reuses_its_connection()
    {
        var result = await RunAsync("-v", _host.Uri.ToString(), _host.Uri.ToString(), _host.Uri.ToString());
        Assert.Equal("GET / 200GET / 200GET / 200", result.Output);
        Assert.Equal(1, (await _host.Binding.GetStatisticsAsync()).Accepted);
    }

    [SkippableFact]
    public async Task Reads_a_streamed_answer_and_its_trailers()
    {
        var result = await RunAsync("-v", "--raw", "-o", "-", _host.Uri + "stream");
        Assert.Contains("3\r\none\r\n3\r\ntwo\r\n0\r\nX-Sum: 6\r\n\r\n", result.Output, StringComparison.Ordinal);
    }

    private static async ValueTask<HttpResponse> EchoAsync(HttpRequest request)
    {
        if (request.Path == "/refuse")
            return HttpResponse.Of((HttpStatus)417);
        if (request.Path == "/stream")
            return HttpResponse.Of(HttpBody.From(OneTwo())).WithTrailers(() => HttpHeaders.Of(("X-Sum", "6")));
        var content = await request.Body.ReadTextAsync();
        return HttpResponse.Text(content.Length > 0 ? content : $"{request.Method} {request.Target}");
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> OneTwo()
    {
        yield return "one"u8.ToArray();
        await Task.Yield();
        yield return "two"u8.ToArray();
    }

    private async Task<string> CurlAsync(params string[] options) => (await RunAsync(options)).Output;

    private async Task<ToolResult> RunAsync(params string[] options)
    {
        var hasUrl = options is [.., var last] && last.StartsWith("http", StringComparison.Ordinal);
        string[] url = hasUrl ? [] : [_host.Uri.ToString()];
        string[] common = ["-sS", "-m", "15", "-w", " %{http_code}"];
        var result = await Tool.Curl.RunAsync(Waiting.Patience, [.. common, .. options, .. url]);
        Assert.True(result.ExitCode == 0, $"curl ended with {result.ExitCode}: {result.Errors}");
        return result;
    }
}
