using Akka.Configuration;
using Aleph.Actors.Http.Client;

namespace Aleph.Actors.Http;

/// <summary>
/// How a client sends requests. The manual of what can be said in a file is <c>hocon/aleph.http.conf</c>, section
/// <c>aleph.http.client</c>; the defaults here are the same. Immutable: change with <c>with</c>.
/// </summary>
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

    /// <summary>
    /// Reads the sections <c>aleph.http.client</c> and <c>aleph.tcp.client</c>. Where they ask for cookies or a cache,
    /// each call makes an own empty one.
    /// </summary>
    /// <param name="config">A whole configuration, such as <c>system.Settings.Config</c>.</param>
    /// <exception cref="ConfigurationException">A value cannot be read.</exception>
    public static HttpClientSettings FromConfig(Config config) =>
        HttpClientSettingsReader.Read(CheckedConfig.Over(config, HttpConfig.Reference, "aleph.http"));

    /// <summary>All that is wrong with these settings, one sentence each; empty when they are good.</summary>
    public IReadOnlyList<string> Validate() => HttpClientSettingsReader.Validate(this);
}
