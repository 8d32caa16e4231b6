namespace Aleph.Actors.Http;

/// <summary>How a client sends requests. Immutable: change with <c>with</c>.</summary>
public sealed record HttpClientSettings
{
    /// <summary>The defaults.</summary>
    public static HttpClientSettings Default { get; } = new();

    /// <summary>How its pools connect, one for each origin.</summary>
    public HttpPoolSettings Pool { get; init; } = HttpPoolSettings.Default;

    /// <summary>How requests are sent that do not say it themselves.</summary>
    public RequestOptions Options { get; init; } = RequestOptions.None;

    /// <summary>Fields that every request gets which has none of that name. Default none.</summary>
    public HttpHeaders Headers { get; init; } = HttpHeaders.Empty;

    /// <summary>
    /// The steps around every request, the outermost first. Default <see cref="HttpClientMiddlewares.Standard"/>.
    /// </summary>
    public IReadOnlyList<HttpClientMiddleware> Middleware { get; init; } = HttpClientMiddlewares.Standard;

    /// <summary>
    /// Which proxy a url is requested by; null, or an answer of null, for none. See <see
    /// cref="HttpProxy.FromEnvironment"/>. Default null.
    /// </summary>
    public Func<Uri, HttpProxy?>? Proxy { get; init; }

    /// <summary>All that is wrong with these settings, one sentence each; empty when they are good.</summary>
    public IReadOnlyList<string> Validate() => Pool.Validate();
}
