using Aleph.Actors.Tests.Support;
using Microsoft.Playwright;

namespace Aleph.Actors.Tests.WebSockets;

/// <summary>Chromium without a window, driven by the test. Skips the test where it is not installed.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly IPlaywright _driver;
    private readonly IBrowser _browser;

    private Browser(IPlaywright driver, IBrowser browser) => (_driver, _browser) = (driver, browser);

    public static async Task<Browser> StartAsync()
    {
        var path = Tool.Chromium.Require();
        Assertions.SetDefaultExpectTimeout((float)Waiting.Patience.TotalMilliseconds);
        var driver = await Playwright.CreateAsync().Within(Limit, "the driver of the browser started");
        try
        {
            var browser = await driver.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
            {
                ExecutablePath = path,
                Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
                Timeout = (float)Limit.TotalMilliseconds,
            }).Within(Limit, "Chromium started");
            return new Browser(driver, browser);
        }
        catch
        {
            driver.Dispose();
            throw;
        }
    }

    /// <summary>A new page, with cookies and cache of its own.</summary>
    public async Task<IPage> OpenAsync(string url)
    {
        var context = await _browser.NewContextAsync().Within("a new profile");
        context.SetDefaultTimeout((float)Waiting.Patience.TotalMilliseconds);
        var page = await context.NewPageAsync().Within("a new page");
        await page.GotoAsync(url).Within($"the page {url} was loaded");
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.CloseAsync().Within(Limit, "Chromium ended");
        _driver.Dispose();
    }
}
