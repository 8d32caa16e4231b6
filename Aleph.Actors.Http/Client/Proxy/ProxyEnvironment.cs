namespace Aleph.Actors.Http.Client.Proxy;

/// <summary>The proxies that the environment names.</summary>
internal sealed class ProxyEnvironment
{
    private readonly HttpProxy? _http;
    private readonly HttpProxy? _https;
    private readonly ProxyExceptions _exceptions;

    public ProxyEnvironment(Func<string, string?> read)
    {
        string? Read(string name) => read(name) is { Length: > 0 } lower ? lower : read(name.ToUpperInvariant());

        // A server that runs us by CGI makes HTTP_PROXY of a client's Proxy field.
        var isCgi = read("GATEWAY_INTERFACE") is not null;
        var all = Read("all_proxy");
        _http = Parse((isCgi ? read("http_proxy") : Read("http_proxy")) ?? all);
        _https = Parse(Read("https_proxy") ?? all);
        _exceptions = new ProxyExceptions((Read("no_proxy") ?? "").Split(','));
    }

    public HttpProxy? Choose(Uri url) =>
        _exceptions.Contains(url) ? null : url.Scheme == "https" ? _https : _http;

    private static HttpProxy? Parse(string? url) => string.IsNullOrEmpty(url) ? null : HttpProxy.Of(url);
}
