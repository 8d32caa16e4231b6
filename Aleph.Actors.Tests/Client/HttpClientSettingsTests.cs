using Akka.Configuration;
using Aleph.Actors.Http;
using Aleph.Actors.Http.Client;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Client;

/// <summary>The records of requests, retries, cookies and cache, and hocon/aleph.http.conf, say the same.</summary>
public sealed class HttpClientSettingsTests
{
    private static readonly HttpClientSettings Default = HttpClientSettings.Default;

    public static TheoryData<string, string> Keys() => new()
    {
        { "requests.follow-redirects = off", "FollowRedirects = False" },
        { "requests.max-redirects = 3", "MaxRedirects = 3" },
        { "requests.force-redirects = on", "ForceRedirects = True" },
        { "requests.allow-downgrade = on", "AllowDowngrade = True" },
        { "requests.decompress = on", "Decompress = True" },
        { "requests.max-decompressed-size = 7", "MaxDecompressedSize = 7" },
        { "requests.throw-on-error = on", "ThrowOnError = True" },
        { "requests.save-request = on", "SaveRequest = True" },
        { "cookies.enabled = on", "Cookies = Aleph.Actors.Http.CookieStore" },
        { "cache.enabled = on", "Cache = Aleph.Actors.Http.HttpCache" },
        { "retry.count = 2", "Retry = HttpRetry { Count = 2, MinDelay = 00:00:00.1000000, MaxDelay = 00:00:10," },
    };

    public static TheoryData<string, string> CacheKeys() => new()
    {
        { "max-size = 1KiB", "MaxSize = 1024" },
        { "max-entries = 3", "MaxEntries = 3" },
        { "max-body-size = 2KiB", "MaxBodySize = 2048" },
        { "heuristic-fraction = 0.5", "HeuristicFraction = 0.5" },
        { "max-heuristic-lifetime = 2d", "MaxHeuristicLifetime = 2.00:00:00" },
    };

    public static TheoryData<HttpClientSettings, string> Faults() => new()
    {
        { With(new() { MaxRedirects = -1 }), "requests.max-redirects is -1; it must be between 0 and 2147483647" },
        { With(new() { MaxDecompressedSize = -1 }),
            "requests.max-decompressed-size is -1; it must be at least 0, or infinite" },
        { With(new() { Retry = new() { Count = 0 } }), "retry.count is 0; it must be between 1 and 1000" },
        { With(new() { Retry = new() { MinDelay = TimeSpan.FromDays(2) } }),
            "retry.min-delay is 2d; it must be between 0s and 1d" },
        { With(new() { Retry = new() { MaxDelay = TimeSpan.Zero } }),
            "retry.max-delay is 0s; it must be between 1ms and 1d" },
        { With(new() { Retry = new() { Statuses = [399] } }),
            "retry.statuses is 399; each must be between 400 and 599" },
        { Default with { Pool = new() { MaxConnections = 0 } },
            "max-connections is 0; it must be between 1 and 65536" },
    };

    public static TheoryData<HttpCacheSettings, string> CacheFaults() => new()
    {
        { new() { MaxSize = -1 }, "max-size is -1; it must be at least 0, or infinite" },
        { new() { MaxEntries = -1 }, "max-entries is -1; it must be between 0 and 10000000" },
        { new() { MaxBodySize = -1 }, "max-body-size is -1; it must be between 0 and 1073741824" },
        { new() { HeuristicFraction = double.NaN }, "heuristic-fraction is NaN; it must be between 0 and 1" },
        { new() { HeuristicFraction = 1.1 }, "heuristic-fraction is 1.1; it must be between 0 and 1" },
        { new() { MaxHeuristicLifetime = TimeSpan.FromDays(366) },
            "max-heuristic-lifetime is 366d; it must be between 0s and 365d" },
    };

    [Fact]
    public void Defaults_are_those_of_the_configuration()
    {
        Assert.Equal(RequestOptions.Standard, HttpClientSettingsReader.Options(HttpConfig.Reference));
        Assert.Equal(HttpCacheSettings.Default, HttpCacheSettings.FromConfig(Config.Empty));
        var read = HttpClientSettings.FromConfig(Config.Empty);
        Assert.Equal((Default.Pool, Default.Options, Default.Headers, Default.Middleware, Default.Proxy),
            (read.Pool with { Tcp = Default.Pool.Tcp }, read.Options, read.Headers, read.Middleware, read.Proxy));
        Assert.Empty(Default.Validate());
        Assert.Empty(HttpCacheSettings.Default.Validate());
        var retry = Options("retry.count = 3").Retry!;
        Assert.Equal(new HttpRetry() with { Statuses = retry.Statuses }, retry);
        Assert.Equal(new HttpRetry().Statuses, retry.Statuses);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Every_key_is_read(string key, string property) =>
        Assert.Contains($" {property}", Options(key).ToString(), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(CacheKeys))]
    public void Every_key_of_the_cache_is_read(string key, string property) => Assert.Contains(
        $" {property}", HttpCacheSettings.FromConfig(Parse($"cache.{key}")).ToString(), StringComparison.Ordinal);

    [Fact]
    public void The_rest_of_the_keys_is_read()
    {
        var retry = Options("retry { count = 1, min-delay = 1s, max-delay = 2s, statuses = [500] }").Retry!;
        Assert.Equal((TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), 500),
            (retry.MinDelay, retry.MaxDelay, Assert.Single(retry.Statuses)));
        var cookies = Options("cookies { enabled = on, max-cookies = 3, max-cookies-per-domain = 2 }").Cookies!;
        foreach (var host in (string[])["a", "b"])
        {
            for (var i = 0; i < 3; i++)
                cookies.Set(new Uri($"http://{host}.test/"), $"{host}{i}=1");
        }

        Assert.Equal((3, 2), (((CookieStore)cookies).All.Count,
            cookies.Get(new Uri("http://b.test/"))!.Split(';').Length));
        Assert.Equal(3, HttpClientSettings.FromConfig(Parse("max-connections = 3")).Pool.MaxConnections);
    }

    [Fact]
    public void A_proxy_is_read_with_those_that_need_none()
    {
        var choose = HttpClientSettings.FromConfig(Parse(
            "requests { proxy = \"socks5://u:p@proxy.test\", no-proxy = [\"direct.test\"] }")).Proxy!;
        Assert.Null(choose(new Uri("http://a.direct.test/")));
        Assert.Equal((HttpProxyKind.Socks5, "proxy.test", "p"),
            choose(new Uri("http://a/")) is { } proxy ? (proxy.Kind, proxy.Host, proxy.Password) : default);
        Assert.NotNull(HttpClientSettings.FromConfig(Parse("requests.proxy = environment")).Proxy);
        var fault = Assert.Throws<ConfigurationException>(() =>
            HttpClientSettings.FromConfig(Parse("requests.proxy = \"ftp://u:secret@x\"")));
        Assert.Contains("aleph.http.client.requests.proxy", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_key_of_the_configuration_is_tested() => Assert.Equal(
        Repository.Lines("hocon/aleph.http.conf").Select(x => x.Trim()).SkipWhile(x => x != "client {")
            .SkipWhile(x => x != "requests {").TakeWhile(x => x != "websocket {")
            .Where(x => x.Contains('=', StringComparison.Ordinal) && !x.StartsWith('#'))
            .Select(x => x.Split(' ')[0]).Distinct().Order(),
        Keys().Select(x => ((string)((object[])x)[0]).Split(' ')[0].Split('.')[1])
            .Concat(CacheKeys().Select(x => ((string)((object[])x)[0]).Split(' ')[0]))
            .Concat(["min-delay", "max-delay", "statuses", "max-cookies", "max-cookies-per-domain",
                "proxy", "no-proxy"])
            .Distinct().Order());

    [Theory]
    [MemberData(nameof(Faults))]
    public void Every_fault_is_named(HttpClientSettings settings, string fault) =>
        Assert.Contains($"aleph.http.client.{fault}", settings.Validate());

    [Theory]
    [MemberData(nameof(CacheFaults))]
    public void Every_fault_of_a_cache_is_named(HttpCacheSettings settings, string fault) =>
        Assert.Contains($"aleph.http.client.cache.{fault}", settings.Validate());

    private static HttpClientSettings With(RequestOptions options) => Default with { Options = options };

    private static Config Parse(string keys) => ConfigurationFactory.ParseString($"aleph.http.client {{ {keys} }}");

    private static RequestOptions Options(string keys) =>
        HttpClientSettingsReader.Options(Parse(keys).WithFallback(HttpConfig.Reference));
}
