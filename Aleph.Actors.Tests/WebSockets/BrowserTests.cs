using System.Collections.Concurrent;
using Aleph.Actors.Tests.Support;
using Microsoft.Playwright;
using Xunit;

namespace Aleph.Actors.Tests.WebSockets;

/// <summary>The samples WebSocketEcho and WebSocketChat with Chromium.</summary>
public sealed class BrowserTests
{
    private const string EchoScript = """
        async url => {
          const ws = new WebSocket(url);
          ws.binaryType = 'arraybuffer';
          await new Promise((ok, no) => { ws.onopen = ok; ws.onerror = () => no(new Error('not opened')); });
          const echo = data => new Promise((ok, no) => {
            ws.onmessage = e => ok(e.data);
            ws.onclose = e => no(new Error('closed with ' + e.code));
            ws.send(data);
          });
          const long = 'compressible text '.repeat(1 << 16).slice(0, 1 << 20);
          for (const text of ['', 'a', 'grüße 👋', 'x'.repeat(126), long]) {
            if (await echo(text) !== text) throw new Error('text of ' + text.length);
          }
          for (const size of [0, 1, 125, 126, 65535, 65536, 1 << 20]) {
            const sent = new Uint8Array(size);
            for (let at = 0; at < size; at += 65536)
              crypto.getRandomValues(sent.subarray(at, Math.min(size, at + 65536)));
            const got = new Uint8Array(await echo(sent));
            if (got.length !== size || got.some((x, i) => x !== sent[i])) throw new Error('binary of ' + size);
          }
          const closed = new Promise(ok => ws.onclose = e => ok(`${e.code} ${e.wasClean}`));
          ws.close(4005, 'from chromium');
          return `${ws.extensions.split(';')[0]}|${await closed}`;
        }
        """;

    [SkippableTheory]
    [InlineData(true, "permessage-deflate"), InlineData(false, "")]
    public async Task Chromium_echoes_text_and_binary_and_closes(bool deflate, string extension)
    {
        await using var browser = await Browser.StartAsync();
        using var sample = SampleProcess.Start("WebSocketEcho", deflate ? ["0"] : ["0", "--no-deflate"]);
        var url = await sample.AddressAsync();
        var page = await browser.OpenAsync(url.Replace("ws://", "http://", StringComparison.Ordinal));
        var result = await page.EvaluateAsync<string>(EchoScript, url + "/")
            .Within(TimeSpan.FromSeconds(60), "the echoes came");
        Assert.Equal($"{extension}|4005 true", result);
    }

    [SkippableFact]
    public async Task Members_of_a_room_hear_each_other_and_see_who_comes_and_goes()
    {
        await using var browser = await Browser.StartAsync();
        using var sample = SampleProcess.Start("WebSocketChat", "0");
        var url = await sample.AddressAsync();
        var ann = await JoinAsync(browser, url, "tea", "ann");
        await Expect(Members(ann)).ToHaveTextAsync(["ann"]);
        var bob = await JoinAsync(browser, url, "tea", "bob");
        await Expect(Log(ann)).ToContainTextAsync("bob joined");
        await Expect(Members(ann)).ToHaveTextAsync(["ann", "bob"]);
        await Expect(Members(bob)).ToHaveTextAsync(["ann", "bob"]);

        await SayAsync(ann, "hello <b>bob</b>");
        await Expect(Log(bob)).ToContainTextAsync("ann: hello <b>bob</b>");
        await SayAsync(bob, "grüße 👋");
        await Expect(Log(ann)).ToContainTextAsync("bob: grüße 👋");

        var other = await JoinAsync(browser, url, "coffee", "cid");
        await SayAsync(other, "nobody here");
        await Expect(Log(other)).ToContainTextAsync("cid: nobody here");
        var twin = await JoinAsync(browser, url, "tea", "ann");
        await Expect(twin.GetByRole(AriaRole.Status)).ToHaveTextAsync("You are ann-2");

        await bob.GetByRole(AriaRole.Button, new() { Name = "Leave" }).ClickAsync();
        await Expect(Log(ann)).ToContainTextAsync("bob left");
        await twin.CloseAsync();
        await Expect(Log(ann)).ToContainTextAsync("ann-2 left");
        await Expect(Members(ann)).ToHaveTextAsync(["ann"]);
        await Expect(Log(ann)).Not.ToContainTextAsync("nobody here");
    }

    [SkippableFact]
    public async Task The_page_says_that_the_server_went_away_and_connects_again()
    {
        Skip.If(OperatingSystem.IsWindows(), "needs signals");
        await using var browser = await Browser.StartAsync();
        var port = LastingPort.Find().Port.ToString();
        using var first = SampleProcess.Start("WebSocketChat", port);
        var url = await first.AddressAsync();
        var ann = await JoinAsync(browser, url, "tea", "ann");
        var status = ann.GetByRole(AriaRole.Status);
        await Expect(status).ToHaveTextAsync("You are ann");
        Assert.Equal(0, await first.TerminateAsync());
        await Expect(status).ToHaveTextAsync("The server went away. Reconnecting…");
        await Expect(ann.GetByRole(AriaRole.Button, new() { Name = "Send" })).ToBeDisabledAsync();

        using var second = SampleProcess.Start("WebSocketChat", port);
        await second.AddressAsync();
        await Expect(status).ToHaveTextAsync("You are ann");
        await SayAsync(ann, "back again");
        await Expect(Log(ann)).ToContainTextAsync("ann: back again");
    }

    [SkippableFact]
    public async Task The_page_asks_no_one_else_and_has_a_dark_side()
    {
        await using var browser = await Browser.StartAsync();
        using var sample = SampleProcess.Start("WebSocketChat", "0");
        var url = await sample.AddressAsync();
        var page = await browser.OpenAsync("about:blank");

        // The browser asks for the page's icon when it likes, also while the list is read.
        var (asked, errors) = (new ConcurrentQueue<string>(), new ConcurrentQueue<string>());
        page.Request += (_, request) => asked.Enqueue(request.Url);
        page.PageError += (_, error) => errors.Enqueue(error);
        page.Console += (_, message) => errors.Enqueue(message.Text);
        await page.GotoAsync(url);
        Assert.All(asked, x => Assert.StartsWith(url, x, StringComparison.Ordinal));
        Assert.Contains(asked, x => x.EndsWith("chat.js", StringComparison.Ordinal));
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        var light = await BackAsync(page);
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        Assert.NotEqual(light, await BackAsync(page));

        // A name that is none is held back by the form, and by the server.
        await Expect(page.GetByLabel("Your name")).ToBeFocusedAsync();
        await page.GetByLabel("Your name").FillAsync("no such name!");
        await page.GetByRole(AriaRole.Button, new() { Name = "Join" }).ClickAsync();
        await Expect(page.GetByLabel("Your name")).ToBeVisibleAsync();
        Assert.Empty(errors);
    }

    private static async Task<IPage> JoinAsync(Browser browser, string url, string room, string name)
    {
        // By keyboard alone.
        var page = await browser.OpenAsync(url);
        await page.GetByLabel("Room", new() { Exact = true }).FillAsync(room);
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync(name);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("You are ");
        return page;
    }

    private static async Task SayAsync(IPage page, string text)
    {
        await page.GetByLabel("Message", new() { Exact = true }).FillAsync(text);
        await page.Keyboard.PressAsync("Enter");
    }

    private static ILocator Log(IPage page) => page.GetByRole(AriaRole.Log);

    private static ILocator Members(IPage page) => page.Locator("#members li");

    private static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);

    private static Task<string> BackAsync(IPage page) =>
        page.EvaluateAsync<string>("() => getComputedStyle(document.body).backgroundColor");
}
