namespace Aleph.Actors.Http;

/// <summary>Scheme, host and port of a server (RFC 9110 4.3.1): what connections are shared by.</summary>
public sealed record HttpOrigin
{
    private HttpOrigin(string scheme, string host, int port) => (Scheme, Host, Port) = (scheme, host, port);

    /// <summary><c>http</c> or <c>https</c>.</summary>
    public string Scheme { get; }

    /// <summary>The host in ASCII and lower case; an IPv6 address without brackets.</summary>
    public string Host { get; }

    /// <summary>1 to 65535.</summary>
    public int Port { get; }

    /// <summary>Whether its connections do TLS.</summary>
    public bool IsSecure => Scheme == "https";

    /// <summary>Host and port, as the Host field has them: the port only where it is not the scheme's.</summary>
    public string Authority => HttpUrl.Authority(Host, Port, Port == (IsSecure ? 443 : 80));

    /// <summary>The origin of a url.</summary>
    /// <exception cref="ArgumentException">The url cannot be requested.</exception>
    public static HttpOrigin Of(Uri url) => OfChecked(HttpUrl.Checked(url));

    /// <summary>The origin of a url.</summary>
    /// <exception cref="ArgumentException">The url cannot be requested.</exception>
    public static HttpOrigin Of(string url) => OfChecked(HttpUrl.Parse(url));

    /// <summary>The origin of a url that can be requested.</summary>
    internal static HttpOrigin OfChecked(Uri url) => new(url.Scheme, url.IdnHost.ToLowerInvariant(), url.Port);

    /// <summary>Whether it is that of a url that can be requested.</summary>
    internal bool IsOf(Uri url) => Port == url.Port && Scheme == url.Scheme
        && Host.Equals(url.IdnHost, StringComparison.OrdinalIgnoreCase);

    /// <summary>Scheme, host and port as a url.</summary>
    public override string ToString() => $"{Scheme}://{Authority}";
}
