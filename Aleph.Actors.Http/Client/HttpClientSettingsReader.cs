using System.Globalization;
using Akka.Configuration;

namespace Aleph.Actors.Http.Client;

/// <summary>Reads <see cref="HttpClientSettings"/> from HOCON, and says what is wrong with them.</summary>
internal static class HttpClientSettingsReader
{
    private const string Section = "aleph.http.client";

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public static HttpClientSettings Read(Config root)
    {
        var options = Options(root);
        return new HttpClientSettings
        {
            Pool = HttpPoolSettingsReader.Read(root),

            // None costs a request nothing, and means the same.
            Options = options == RequestOptions.Standard ? RequestOptions.None : options,
            Proxy = Proxy(root.GetConfig(Section + ".requests")),
        };
    }

    public static RequestOptions Options(Config root)
    {
        var requests = root.GetConfig(Section + ".requests");
        var cookies = root.GetConfig(Section + ".cookies");
        return new RequestOptions
        {
            FollowRedirects = requests.GetBoolean("follow-redirects"),
            MaxRedirects = requests.GetInt("max-redirects"),
            ForceRedirects = requests.GetBoolean("force-redirects"),
            AllowDowngrade = requests.GetBoolean("allow-downgrade"),
            Decompress = requests.GetBoolean("decompress"),
            MaxDecompressedSize = Limit(requests, "requests.max-decompressed-size"),
            ThrowOnError = requests.GetBoolean("throw-on-error"),
            SaveRequest = requests.GetBoolean("save-request"),
            Cookies = cookies.GetBoolean("enabled")
                ? new CookieStore(cookies.GetInt("max-cookies"), cookies.GetInt("max-cookies-per-domain"))
                : null,
            Retry = Retry(root.GetConfig(Section + ".retry")),
            Cache = root.GetBoolean(Section + ".cache.enabled") ? new HttpCache(Cache(root)) : null,
        };
    }

    public static HttpCacheSettings Cache(Config root)
    {
        var cache = root.GetConfig(Section + ".cache");
        return new HttpCacheSettings
        {
            MaxSize = Size(cache, "cache.max-size"),
            MaxEntries = cache.GetInt("max-entries"),
            MaxBodySize = (int)Math.Min(int.MaxValue, Size(cache, "cache.max-body-size")),
            HeuristicFraction = cache.GetDouble("heuristic-fraction"),
            MaxHeuristicLifetime = cache.GetTimeSpan("max-heuristic-lifetime"),
        };
    }

    public static IReadOnlyList<string> Validate(HttpClientSettings settings)
    {
        var faults = new SettingsFaults(Section);
        faults.AddRange(settings.Pool.Validate());
        var options = settings.Options;
        faults.Between("requests.max-redirects", options.MaxRedirects ?? 0, 0, int.MaxValue);
        faults.AtLeast("requests.max-decompressed-size", options.MaxDecompressedSize, 0);
        if (options.Retry is not { } retry)
            return faults.All;
        faults.Between("retry.count", retry.Count, 1, 1000);
        faults.Between("retry.min-delay", retry.MinDelay, TimeSpan.Zero, Day);
        faults.Between("retry.max-delay", retry.MaxDelay, Tick, Day);
        foreach (var status in retry.Statuses.Where(x => x is < 400 or > 599))
            faults.Add("retry.statuses", status, "each must be between 400 and 599");
        return faults.All;
    }

    private static HttpRetry? Retry(Config retry) => retry.GetInt("count") is var count and not 0
        ? new HttpRetry
        {
            Count = count,
            MinDelay = retry.GetTimeSpan("min-delay"),
            MaxDelay = retry.GetTimeSpan("max-delay"),
            Statuses = [.. retry.GetIntList("statuses")],
        }
        : null;

    private static Func<Uri, HttpProxy?>? Proxy(Config requests)
    {
        var proxy = requests.GetString("proxy") ?? "";
        try
        {
            return proxy switch
            {
                "" => null,
                "environment" => HttpProxy.FromEnvironment(),
                _ => HttpProxy.Except(HttpProxy.Of(proxy), requests.GetStringList("no-proxy")),
            };
        }
        catch (ArgumentException cause)
        {
            // Not its text: it may hold a password.
            throw new ConfigurationException($"{Section}.requests.proxy cannot be read: {cause.Message}", cause);
        }
    }

    private static long? Limit(Config section, string path) =>
        section.GetString(Last(path)) == "infinite" ? null : Number(section, path);

    private static long Number(Config section, string path) =>
        long.TryParse(section.GetString(Last(path)), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new ConfigurationException(
                $"{Section}.{path} is {section.GetString(Last(path))}; it must be a number or infinite");

    private static long Size(Config section, string path) => section.GetByteSize(Last(path), null)
        ?? throw new ConfigurationException($"{Section}.{path} is missing; it must be a size such as 8KiB");

    private static string Last(string path) => path[(path.LastIndexOf('.') + 1)..];
}
