using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Conformance;

/// <summary>What the HTTP clients of Python, Node and a browser make of the server.</summary>
public sealed class ScriptedClientTests : IAsyncLifetime
{
    private const string Python = """
        import http.client, sys, urllib.request
        host, port = "127.0.0.1", int(sys.argv[1])
        c = http.client.HTTPConnection(host, port, timeout=15)
        for i in range(100):
            c.request("GET", "/%d" % i)
            r = c.getresponse()
            assert r.status == 200 and r.read() == b"GET /%d 0" % i, i
        c.request("POST", "/p", body=b"x" * 100000)
        assert c.getresponse().read() == b"POST /p 100000"
        c.request("POST", "/c", body=(b"y" * 1000 for _ in range(50)), encode_chunked=True,
                  headers={"Transfer-Encoding": "chunked"})
        assert c.getresponse().read() == b"POST /c 50000"
        c.request("HEAD", "/h")
        r = c.getresponse()
        assert r.status == 200 and r.getheader("Content-Length") == "9" and r.read() == b""
        c.request("GET", "/big")
        assert len(c.getresponse().read()) == 1000000
        c.close()
        with urllib.request.urlopen("http://%s:%d/u?q=1" % (host, port), b"data", timeout=15) as r:
            assert r.read() == b"POST /u?q=1 4"
        print("done")
        """;

    private const string Node = """
        const http = require('http');
        const agent = new http.Agent({ keepAlive: true, maxSockets: 4 });
        function ask(method, path, chunks) {
          return new Promise((done, fail) => {
            const to = { port: +process.argv[1], host: '127.0.0.1', method, path, agent };
            const request = http.request(to, response => {
              let text = '';
              response.on('data', x => text += x);
              response.on('end', () => done({ status: response.statusCode, text, trailers: response.trailers }));
            });
            request.on('error', fail);
            for (const chunk of chunks || []) request.write(chunk);
            request.end();
          });
        }
        (async () => {
          const all = await Promise.all([...Array(200).keys()].map(i => ask('GET', '/' + i)));
          all.forEach((x, i) => { if (x.text !== `GET /${i} 0`) throw new Error(x.text); });
          const posted = await ask('POST', '/p', ['a'.repeat(50000), 'b'.repeat(50000)]);
          if (posted.text !== 'POST /p 100000') throw new Error(posted.text);
          const big = await ask('GET', '/big');
          if (big.text.length !== 1000000 || big.trailers['x-sum'] !== '1000000') throw new Error('big');
          console.log('done');
          agent.destroy();
        })().catch(e => { console.error(e); process.exit(1); });
        """;

    private HttpHost _host = null!;

    public async Task InitializeAsync() => _host = await HttpHost.StartAsync(AnswerAsync);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [SkippableFact]
    public Task Python_is_served() => RunAsync(Tool.Python, "-c", Python, $"{_host.EndPoint.Port}");

    [SkippableFact]
    public Task Node_is_served() => RunAsync(Tool.Node, "-e", Node, $"{_host.EndPoint.Port}");

    [SkippableFact]
    public async Task A_browser_loads_a_page_and_what_it_fetches()
    {
        var profile = Directory.CreateTempSubdirectory("aleph-browser");
        try
        {
            var result = await Tool.Chromium.RunAsync(
                TimeSpan.FromSeconds(60),
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                $"--user-data-dir={profile.FullName}", "--virtual-time-budget=5000", "--dump-dom", _host.Uri + "page");
            Assert.Contains("POST /fetched 5</p>", result.Output, StringComparison.Ordinal);
        }
        finally
        {
            await Pacing.UntilAsync(() => Task.FromResult(TryDelete(profile)), "the browser left its profile");
        }
    }

    // Helpers of a browser outlive it for a moment, and still write.
    private static bool TryDelete(DirectoryInfo folder)
    {
        try
        {
            folder.Delete(recursive: true);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static async ValueTask<HttpResponse> AnswerAsync(HttpRequest request) => request.Path switch
    {
        "/big" => HttpResponse.Of(HttpBody.From(Elements())).WithTrailers(() => HttpHeaders.Of(("X-Sum", "1000000"))),
        "/page" => HttpResponse.Text(
            """
            <html><body><p id='p'>?</p><script>
            fetch('/fetched', { method: 'POST', body: 'hello' }).then(r => r.text())
              .then(text => document.getElementById('p').innerText = text);
            </script></body></html>
            """,
            contentType: "text/html"),
        _ => await HttpHost.DescribeAsync(request),
    };

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Elements()
    {
        var element = new string('e', 10_000).Select(x => (byte)x).ToArray();
        for (var i = 0; i < 100; i++)
        {
            await Task.Yield();
            yield return element;
        }
    }

    private static async Task RunAsync(Tool tool, params string[] arguments)
    {
        var result = await tool.RunAsync(TimeSpan.FromSeconds(30), arguments);
        Assert.True(result.ExitCode == 0 && result.Output.Trim() == "done", $"{result.Output} {result.Errors}");
    }
}
