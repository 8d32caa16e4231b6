using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Aleph.Actors.Tests.Support;
using Aleph.Actors.Tests.WebSockets;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;
using PlainClient = System.Net.Sockets.TcpClient;

namespace Aleph.Actors.Tests.Samples;

/// <summary>
/// The showcase in Chromium, each panel at the width of a phone and of a desk. Leaves pictures under <c>artifacts/</c>.
/// </summary>
public sealed class ShowcaseTests
{
    [SkippableTheory]
    [InlineData("phone", 390, 844), InlineData("desktop", 1280, 900)]
    public async Task Every_panel_works(string name, int width, int height)
    {
        await using var browser = await Browser.StartAsync();
        using var sample = SampleProcess.Start("Showcase", "0");
        var url = await sample.AddressAsync();
        var chat = await sample.LineAsync("TCP chat  ");
        var page = await browser.OpenAsync(url);
        await page.SetViewportSizeAsync(width, height);

        await PlotsAndClockAsync(page);
        await ChatAsync(page, IPEndPoint.Parse(chat.Split(' ')[0]));
        await UploadAsync(page, url);
        await CrashAsync(page);
        await RestartAsync(page);

        var picture = Path.Combine(Repository.Root, "artifacts", $"showcase-{name}.png");
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = picture, FullPage = true });
        Assert.True(new FileInfo(picture).Length > 10_000);
        Assert.InRange(
            await page.EvaluateAsync<int>(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"),
            0, 0);
        Assert.Equal(0, await sample.TerminateAsync());
    }

    [SkippableFact]
    public async Task Every_server_of_the_legend_answers()
    {
        Skip.If(OperatingSystem.IsWindows(), "needs signals");
        using var sample = SampleProcess.Start("Showcase", "0");
        var http = await sample.AddressAsync();
        var https = "https://" + (await sample.LineAsync("https://")).Split('/')[0];
        var second = "http://" + (await sample.LineAsync("second    http://")).Split('/')[0];
        var echo = IPEndPoint.Parse((await sample.LineAsync("TCP echo  ")).Trim());
        await sample.LineAsync("TCP chat  ");
        var udp = IPEndPoint.Parse((await sample.LineAsync("UDP echo  ")).Trim());

        using var handler = new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator,
        };
        using var client = new HttpClient(handler);
        foreach (var url in (string[])[http, https])
            Assert.Contains("<title>", await client.GetStringAsync(url).Within(url), StringComparison.Ordinal);
        Assert.Contains("second", await client.GetStringAsync(second).Within(second), StringComparison.Ordinal);

        using var tcp = new PlainClient();
        await tcp.ConnectAsync(echo).Within("a connection to the echo");
        await tcp.GetStream().WriteAsync("abc"u8.ToArray());
        var answer = new byte[3];
        await tcp.GetStream().ReadExactlyAsync(answer).AsTask().Within("the echo");
        Assert.Equal("abc"u8.ToArray(), answer);

        using var datagrams = new UdpClient();
        datagrams.Connect(udp);
        await datagrams.SendAsync("def"u8.ToArray());
        Assert.Equal("def"u8.ToArray(), (await datagrams.ReceiveAsync().Within("the datagram's echo")).Buffer);

        using var foreign = new HttpRequestMessage(HttpMethod.Post, http + "/second/restart");
        foreign.Headers.Add("Origin", "http://elsewhere.example");
        Assert.Equal(HttpStatusCode.Forbidden, (await client.SendAsync(foreign).Within("a refusal")).StatusCode);
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await client.GetAsync(http + "/connections/http/999999").Within("no such connection")).StatusCode);
        Assert.Equal(
            HttpStatusCode.NotFound, (await client.GetAsync(http + "/files/9/x").Within("no file")).StatusCode);
        Assert.Equal(0, await sample.TerminateAsync());
    }

    private static async Task PlotsAndClockAsync(IPage page)
    {
        await Expect(page.Locator("#link")).ToHaveTextAsync("live");
        await Expect(page.Locator("#clock")).ToHaveTextAsync(new Regex(@"^\d\d:\d\d:\d\d$"));
        foreach (var server in (string[])["http", "https", "second", "echo", "chat", "udp"])
            await Expect(page.Locator($"#tree > li[data-key={server}]")).ToBeVisibleAsync();
        await Expect(page.Locator("#rps-now")).ToHaveTextAsync(new Regex(@"^[1-9]\d*$"));
        await Expect(page.Locator("#latency-now")).ToContainTextAsync(" ms");
        await Expect(page.Locator("#open-now")).ToHaveTextAsync(new Regex(@"^[1-9]\d*$"));
        await page.WaitForFunctionAsync("""
            () => [...document.querySelectorAll('canvas')].slice(0, 1).every(c =>
              c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some(x => x > 0))
            """);
    }

    private static async Task ChatAsync(IPage page, IPEndPoint endPoint)
    {
        var log = page.Locator("#chat-log");
        await Expect(log).ToContainTextAsync("in lobby");
        using var telnet = new PlainClient();
        await telnet.ConnectAsync(endPoint).Within("telnet connected");
        using var lines = new StreamReader(telnet.GetStream(), Encoding.UTF8);
        await UntilAsync("in lobby");
        await telnet.GetStream().WriteAsync("hello <b>page</b>\r\n"u8.ToArray());
        await Expect(log).ToContainTextAsync("hello <b>page</b>");
        await page.Locator("#chat-text").FillAsync("hello telnet");
        await page.Locator("#chat-text").PressAsync("Enter");
        await UntilAsync("hello telnet");

        async Task UntilAsync(string text)
        {
            while (await lines.ReadLineAsync().Within($"telnet heard: {text}") is { } line)
            {
                if (line.Contains(text, StringComparison.Ordinal))
                    return;
            }

            Assert.Fail($"The chat ended before: {text}");
        }
    }

    private static async Task UploadAsync(IPage page, string url)
    {
        var bytes = new byte[300_000];
        Random.Shared.NextBytes(bytes);
        await page.Locator("#upload-file").SetInputFilesAsync(
            new FilePayload { Name = "a file.bin", MimeType = "application/octet-stream", Buffer = bytes });
        await page.Locator("#upload-form button").ClickAsync();
        var link = page.Locator("#upload-state a");
        await Expect(link).ToHaveTextAsync("a file.bin");
        await Expect(page.Locator("#upload-state")).ToContainTextAsync(
            Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)));
        using var client = new HttpClient();
        var back = await client.GetByteArrayAsync(url + await link.GetAttributeAsync("href")).Within("the file came");
        Assert.Equal(bytes, back);
    }

    private static async Task CrashAsync(IPage page)
    {
        var second = page.Locator("#tree > li[data-key=second]");
        var victim = second.Locator("button.open").First;
        var id = await victim.InnerTextAsync();
        await second.Locator($".connections li[data-key='{id}'] button").ClickAsync();
        await Expect(page.Locator("#facts-title")).ToHaveTextAsync($"Connection {id} of second");
        await Expect(page.Locator("#facts-list")).ToContainTextAsync("HTTP/1.1");
        var answered = int.Parse(await page.Locator("#load-answered").InnerTextAsync(), null);
        await page.Locator("#crash").ClickAsync();
        await Expect(page.Locator("#facts-end")).ToContainTextAsync("It has ended");
        await Expect(page.Locator("#crash")).ToBeDisabledAsync();
        await page.Locator("#facts-close").ClickAsync();

        // Only that one died: the load goes on, and the page lives.
        await page.WaitForFunctionAsync(
            "n => Number(document.getElementById('load-answered').textContent) > n", answered + 50);
        await Expect(page.Locator("#link")).ToHaveTextAsync("live");
    }

    private static async Task RestartAsync(IPage page)
    {
        await page.Locator("#restart").ClickAsync();
        await Expect(page.Locator("#restart-state")).ToHaveTextAsync("It serves again.");
        var answered = int.Parse(await page.Locator("#load-answered").InnerTextAsync(), null);
        await page.WaitForFunctionAsync(
            "n => Number(document.getElementById('load-answered').textContent) > n", answered + 50);
        await Expect(page.Locator("#tree > li[data-key=second] .badge")).ToHaveTextAsync("open");
        await Expect(page.Locator("#link")).ToHaveTextAsync("live");
    }
}
