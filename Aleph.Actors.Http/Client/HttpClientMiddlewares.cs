namespace Aleph.Actors.Http;

/// <summary>
/// The steps that come with the library. Each does what the options of a request say, and nothing where they are
/// silent.
/// </summary>
public static class HttpClientMiddlewares
{
    /// <summary>Turns error statuses into exceptions: <see cref="RequestOptions.ThrowOnError"/>.</summary>
    public static HttpClientMiddleware ErrorStatus { get; } = Client.Middleware.ErrorStatus.SendAsync;

    /// <summary>Follows redirects: <see cref="RequestOptions.FollowRedirects"/>.</summary>
    public static HttpClientMiddleware Redirects { get; } = Client.Middleware.Redirects.SendAsync;

    /// <summary>Answers challenges, and sends credentials: <see cref="RequestOptions.Credentials"/>.</summary>
    public static HttpClientMiddleware Authentication { get; } = Client.Middleware.Authentication.SendAsync;

    /// <summary>Sends and keeps cookies: <see cref="RequestOptions.Cookies"/>.</summary>
    public static HttpClientMiddleware Cookies { get; } = Client.Middleware.CookieStep.SendAsync;

    /// <summary>Tries again: <see cref="RequestOptions.Retry"/>.</summary>
    public static HttpClientMiddleware Retries { get; } = Client.Middleware.Retries.SendAsync;

    /// <summary>Decompresses answers: <see cref="RequestOptions.Decompress"/>.</summary>
    public static HttpClientMiddleware Decompression { get; } = Client.Middleware.Decompression.SendAsync;

    /// <summary>Answers from a cache, and fills it: <see cref="RequestOptions.Cache"/>.</summary>
    public static HttpClientMiddleware Cache { get; } = Client.Middleware.Caching.SendAsync;

    /// <summary>
    /// All of them in the order in which a client runs them, the outermost first: error statuses, redirects,
    /// authentication, cookies, decompression, cache, retries. So the cache sees each redirect, knows credentials and
    /// cookies, keeps what is compressed as it is, and helps only after the last retry has failed.
    /// </summary>
    public static IReadOnlyList<HttpClientMiddleware> Standard { get; } =
        [ErrorStatus, Redirects, Authentication, Cookies, Decompression, Cache, Retries];
}
