namespace Aleph.Actors.Http;

/// <summary>
/// The usual requests in one line, of the system's shared client (<c>system.Http().GetAsync(url)</c>) and of any other.
/// All throw as <see cref="AlephHttpClient.SendAsync"/>, and an <see cref="ArgumentException"/> for a url that cannot
/// be
/// requested.
/// </summary>
public static class HttpClientExtensions
{
    /// <summary>Sends a request by the system's shared client.</summary>
    public static Task<HttpResponse> SendAsync(
        this HttpExtension http, HttpRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(http);
        return http.Client.SendAsync(request, cancellationToken);
    }

    /// <summary>GET.</summary>
    public static Task<HttpResponse> GetAsync(
        this HttpExtension http, string url, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(http);
        return http.Client.SendAsync(HttpRequest.To(HttpMethods.Get, url), cancellationToken);
    }

    /// <summary>GET.</summary>
    public static Task<HttpResponse> GetAsync(
        this AlephHttpClient client, string url, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.SendAsync(HttpRequest.To(HttpMethods.Get, url), cancellationToken);
    }

    /// <summary>HEAD.</summary>
    public static Task<HttpResponse> HeadAsync(
        this HttpExtension http, string url, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(http);
        return http.Client.SendAsync(HttpRequest.To(HttpMethods.Head, url), cancellationToken);
    }

    /// <summary>HEAD.</summary>
    public static Task<HttpResponse> HeadAsync(
        this AlephHttpClient client, string url, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.SendAsync(HttpRequest.To(HttpMethods.Head, url), cancellationToken);
    }

    /// <summary>DELETE.</summary>
    public static Task<HttpResponse> DeleteAsync(
        this HttpExtension http, string url, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(http);
        return http.Client.SendAsync(HttpRequest.To(HttpMethods.Delete, url), cancellationToken);
    }

    /// <summary>DELETE.</summary>
    public static Task<HttpResponse> DeleteAsync(
        this AlephHttpClient client, string url, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.SendAsync(HttpRequest.To(HttpMethods.Delete, url), cancellationToken);
    }

    /// <summary>OPTIONS.</summary>
    public static Task<HttpResponse> OptionsAsync(
        this HttpExtension http, string url, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(http);
        return http.Client.SendAsync(HttpRequest.To(HttpMethods.Options, url), cancellationToken);
    }

    /// <summary>OPTIONS.</summary>
    public static Task<HttpResponse> OptionsAsync(
        this AlephHttpClient client, string url, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.SendAsync(HttpRequest.To(HttpMethods.Options, url), cancellationToken);
    }

    /// <summary>TRACE.</summary>
    public static Task<HttpResponse> TraceAsync(
        this HttpExtension http, string url, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(http);
        return http.Client.SendAsync(HttpRequest.To(HttpMethods.Trace, url), cancellationToken);
    }

    /// <summary>TRACE.</summary>
    public static Task<HttpResponse> TraceAsync(
        this AlephHttpClient client, string url, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.SendAsync(HttpRequest.To(HttpMethods.Trace, url), cancellationToken);
    }

    /// <summary>POST.</summary>
    public static Task<HttpResponse> PostAsync(
        this HttpExtension http, string url, HttpBody body, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(http);
        return http.Client.SendAsync(HttpRequest.To(HttpMethods.Post, url, body), cancellationToken);
    }

    /// <summary>POST.</summary>
    public static Task<HttpResponse> PostAsync(
        this AlephHttpClient client, string url, HttpBody body, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.SendAsync(HttpRequest.To(HttpMethods.Post, url, body), cancellationToken);
    }

    /// <summary>PUT.</summary>
    public static Task<HttpResponse> PutAsync(
        this HttpExtension http, string url, HttpBody body, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(http);
        return http.Client.SendAsync(HttpRequest.To(HttpMethods.Put, url, body), cancellationToken);
    }

    /// <summary>PUT.</summary>
    public static Task<HttpResponse> PutAsync(
        this AlephHttpClient client, string url, HttpBody body, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.SendAsync(HttpRequest.To(HttpMethods.Put, url, body), cancellationToken);
    }

    /// <summary>PATCH.</summary>
    public static Task<HttpResponse> PatchAsync(
        this HttpExtension http, string url, HttpBody body, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(http);
        return http.Client.SendAsync(HttpRequest.To(HttpMethods.Patch, url, body), cancellationToken);
    }

    /// <summary>PATCH.</summary>
    public static Task<HttpResponse> PatchAsync(
        this AlephHttpClient client, string url, HttpBody body, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.SendAsync(HttpRequest.To(HttpMethods.Patch, url, body), cancellationToken);
    }
}
