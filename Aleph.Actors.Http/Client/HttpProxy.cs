using Aleph.Actors.Http.Client.Proxy;

namespace Aleph.Actors.Http;

/// <summary>
/// A proxy that connections lead through. Immutable: change with <c>with</c>. Its credentials go to the proxy only.
/// </summary>
public sealed record HttpProxy
{
    private HttpProxy(HttpProxyKind kind, string host, int port) => (Kind, Host, Port) = (kind, host, port);

    /// <summary>No proxy, where a client has one.</summary>
    public static HttpProxy None { get; } = new(HttpProxyKind.None, "", 0);

    /// <summary>What it speaks.</summary>
    public HttpProxyKind Kind { get; }

    /// <summary>Its name or address.</summary>
    public string Host { get; }

    /// <summary>Its port.</summary>
    public int Port { get; }

    /// <summary>The user, or null. SOCKS4 uses it alone.</summary>
    public string? User { get; init; }

    /// <summary>The password, or null.</summary>
    public string? Password { get; init; }

    /// <summary>
    /// What an HTTP proxy is told: Basic and Bearer at once; Digest, Negotiate and NTLM when it asks (407), on a
    /// connection that it keeps then. Default null: <see cref="User"/> and <see cref="Password"/> as Basic, where there
    /// is a user. Requests without a body in memory are not sent again for it; a forwarded one that needs Negotiate or
    /// NTLM has a connection of its own.
    /// </summary>
    public HttpCredentials? Credentials { get; init; }

    /// <summary>More field lines for an HTTP proxy, on CONNECT or on every forwarded request. Default none.</summary>
    public HttpHeaders Headers { get; init; } = HttpHeaders.Empty;

    /// <summary>
    /// Whether http urls go through a tunnel (CONNECT), too, instead of being forwarded by an HTTP proxy. https urls
    /// always do. Default false.
    /// </summary>
    public bool Tunnel { get; init; }

    /// <summary>How long it may take to open the way to the origin, above 0. Default 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>TLS to an https proxy. Default the system's roots.</summary>
    public TlsClientSettings Tls { get; init; } = TlsClientSettings.Default;

    /// <summary>Whether requests to <paramref name="origin"/> are forwarded by it instead of tunnelled.</summary>
    internal bool Forwards(HttpOrigin origin) =>
        Kind is HttpProxyKind.Http or HttpProxyKind.Https && !origin.IsSecure && !Tunnel;

    /// <summary>
    /// A proxy of a url: <c>http</c>, <c>https</c>, <c>socks4</c>, <c>socks4a</c>, <c>socks5</c>, with user-info and
    /// port
    /// (80, 443, 1080 where it has none). SOCKS5 and SOCKS4A let the proxy look the name up.
    /// </summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static HttpProxy Of(string url)
    {
        ArgumentNullException.ThrowIfNull(url);
        if (!url.Contains("://", StringComparison.Ordinal))
            url = "http://" + url;
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.IdnHost.Length == 0)
            throw new ArgumentException("The url of the proxy cannot be read.", nameof(url));
        var (kind, port) = uri.Scheme switch
        {
            "http" => (HttpProxyKind.Http, 80),
            "https" => (HttpProxyKind.Https, 443),
            "socks4" => (HttpProxyKind.Socks4, 1080),
            "socks4a" => (HttpProxyKind.Socks4a, 1080),
            "socks5" or "socks" or "socks5h" => (HttpProxyKind.Socks5, 1080),
            _ => throw new ArgumentException($"A proxy of the scheme {uri.Scheme} is not known.", nameof(url)),
        };
        var colon = uri.UserInfo.IndexOf(':', StringComparison.Ordinal);
        return new HttpProxy(kind, uri.IdnHost, uri.Port > 0 ? uri.Port : port)
        {
            User = uri.UserInfo.Length == 0
                ? null
                : Uri.UnescapeDataString(colon < 0 ? uri.UserInfo : uri.UserInfo[..colon]),
            Password = colon < 0 ? null : Uri.UnescapeDataString(uri.UserInfo[(colon + 1)..]),
        };
    }

    /// <summary>
    /// Chooses as the environment says: <c>http_proxy</c>, <c>https_proxy</c>, <c>all_proxy</c>, <c>no_proxy</c>, in
    /// lower or upper case; <c>HTTP_PROXY</c> in upper case not where a web server sets it (CGI). Read once.
    /// </summary>
    /// <exception cref="ArgumentException">One of them cannot be read.</exception>
    public static Func<Uri, HttpProxy?> FromEnvironment() =>
        new ProxyEnvironment(Environment.GetEnvironmentVariable).Choose;

    /// <summary>Uses a proxy but for some hosts.</summary>
    /// <param name="proxy">For all others.</param>
    /// <param name="exceptions">As in <c>no_proxy</c>: names, which stand for what is below them, too; addresses;
    /// blocks
    /// such as 10.0.0.0/8; with or without a port; <c>*</c> for all.</param>
    public static Func<Uri, HttpProxy?> Except(HttpProxy proxy, params IEnumerable<string> exceptions)
    {
        var list = new ProxyExceptions(exceptions);
        return url => list.Contains(url) ? null : proxy;
    }

    /// <summary>Never the password.</summary>
    public override string ToString() => $"{Kind}://{HttpUrl.Authority(Host, Port, false)}";
}
