using Akka.Actor;
using Akka.Configuration;
using Akka.Streams;
using Aleph.Actors.Http.Server;

namespace Aleph.Actors.Http;

/// <summary>
/// What Aleph.Actors.Http keeps for an actor system: its reference configuration. Made at the first use.
/// </summary>
public sealed class HttpExtension : IExtension
{
    private readonly ActorSystem _system;
    private readonly Lazy<IMaterializer> _materializer;
    private readonly Lazy<AlephHttpClient> _client;
    private readonly Client.ClientShutdown _shutdown;

    internal HttpExtension(ExtendedActorSystem system)
    {
        _system = system;
        _materializer = new Lazy<IMaterializer>(() => system.Materializer());
        system.Settings.InjectTopLevelFallback(HttpConfig.Reference);
        AlephExtension.Get(system);
        Settings = HttpServerSettings.FromConfig(system.Settings.Config);
        ClientSettings = HttpPoolSettings.FromConfig(system.Settings.Config);
        _shutdown = new Client.ClientShutdown(system);
        _client = new Lazy<AlephHttpClient>(CreateClient);
    }

    /// <summary>
    /// The server settings of the system's configuration: <c>aleph.http.server</c> and <c>aleph.tcp</c>.
    /// </summary>
    public HttpServerSettings Settings { get; }

    /// <summary>
    /// The settings of pools in the system's configuration: <c>aleph.http.client</c> and <c>aleph.tcp.client</c>.
    /// </summary>
    public HttpPoolSettings ClientSettings { get; }

    /// <summary>The client that all of the system share; made at the first use.</summary>
    public AlephHttpClient Client => _client.Value;

    /// <summary>
    /// Makes a client with connections of its own and the settings of the system's configuration, see <see
    /// cref="HttpClientSettings.FromConfig"/>.
    /// </summary>
    public AlephHttpClient CreateClient() => CreateClient(HttpClientSettings.FromConfig(_system.Settings.Config));

    /// <summary>
    /// Makes a client with connections of its own; all but its pools is as in <see cref="HttpClientSettings.Default"/>.
    /// Keep it; dispose it when it is no longer needed.
    /// </summary>
    /// <exception cref="ArgumentException">The settings are not valid; every fault is named.</exception>
    public AlephHttpClient CreateClient(HttpPoolSettings settings) =>
        CreateClient(HttpClientSettings.Default with { Pool = settings });

    /// <summary>Makes a client with connections of its own. Keep it; dispose it when it is no longer needed.</summary>
    /// <exception cref="ArgumentException">The settings are not valid; every fault is named.</exception>
    public AlephHttpClient CreateClient(HttpClientSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new((ExtendedActorSystem)_system, settings, _shutdown);
    }

    /// <summary>Makes one connection to an origin, which is the caller's own: no pool, no middleware.</summary>
    /// <param name="origin">What to connect to.</param>
    /// <param name="settings">Default <see cref="ClientSettings"/>.</param>
    /// <param name="proxy">What it leads through; default none.</param>
    /// <param name="cancellationToken">Gives up connecting.</param>
    /// <exception cref="ArgumentException">The settings are not valid; every fault is named.</exception>
    /// <exception cref="HttpClientException">It cannot be made.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Task<HttpConnection> ConnectAsync(
        HttpOrigin origin, HttpPoolSettings? settings = null, HttpProxy? proxy = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(origin);
        return HttpConnection.ConnectAsync(
            (ExtendedActorSystem)_system, origin, settings ?? ClientSettings, proxy, cancellationToken);
    }

    /// <summary>
    /// Connections inside the process to a handler, for <see cref="HttpPoolSettings.Transport"/>: a client, a handler,
    /// and
    /// no socket between them.
    /// </summary>
    /// <param name="handler">Answers the requests.</param>
    /// <param name="settings">Default <see cref="Settings"/>; what concerns sockets and TLS is not used.</param>
    /// <exception cref="ArgumentException">The settings are not valid; every fault is named.</exception>
    public Func<CancellationToken, ValueTask<ITransport>> InMemory(
        HttpServerHandler handler, HttpServerSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        settings ??= Settings;
        SettingsFaults.ThrowIfAny(settings.Validate());
        var spec = HttpServerSpec.Create(_system, handler, settings);
        return new MemoryConnector((ExtendedActorSystem)_system, spec).ConnectAsync;
    }

    /// <summary>What runs the flows and sources of all servers of the system.</summary>
    internal IMaterializer Materializer => _materializer.Value;

    /// <summary>Listens and serves until the answer is disposed or the system shuts down; both drain.</summary>
    /// <param name="port">0 to 65535 on the settings' address; 0 lets the system choose.</param>
    /// <param name="handler">Answers the requests, at once.</param>
    /// <param name="settings">Default <see cref="Settings"/>.</param>
    /// <param name="name">The server actor's name; null lets the system choose.</param>
    /// <exception cref="ArgumentException">The settings are not valid; every fault is named.</exception>
    /// <exception cref="BindException">It cannot listen there.</exception>
    public Task<ServerBinding> ServeAsync(
        int port, Func<HttpRequest, HttpResponse> handler, HttpServerSettings? settings = null, string? name = null) =>
        ServeAsync(port, HttpServerHandler.Of(handler), settings, name);

    /// <inheritdoc cref="ServeAsync(int, Func{HttpRequest, HttpResponse}, HttpServerSettings?, string?)"/>
    public Task<ServerBinding> ServeAsync(
        int port, HttpHandler handler, HttpServerSettings? settings = null, string? name = null) =>
        ServeAsync(port, HttpServerHandler.Of(handler), settings, name);

    /// <inheritdoc cref="ServeAsync(int, Func{HttpRequest, HttpResponse}, HttpServerSettings?, string?)"/>
    public Task<ServerBinding> ServeAsync(
        int port, HttpServerHandler handler, HttpServerSettings? settings = null, string? name = null)
    {
        return ServeAsync(handler, (settings ?? Settings).At(port), name);
    }

    /// <summary>
    /// Listens and serves where the settings say, until the answer is disposed or the system shuts down; both drain.
    /// </summary>
    /// <param name="handler">Answers the requests.</param>
    /// <param name="settings">Default <see cref="Settings"/>.</param>
    /// <param name="name">The server actor's name; null lets the system choose.</param>
    /// <exception cref="ArgumentException">The settings are not valid; every fault is named.</exception>
    /// <exception cref="BindException">It cannot listen there.</exception>
    public Task<ServerBinding> ServeAsync(HttpServerHandler handler, HttpServerSettings? settings = null,
        string? name = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return ServerBinding.BindAsync(_system, HttpServerSpec.Create(_system, handler, settings ?? Settings), name);
    }
}

/// <summary>Makes the <see cref="HttpExtension"/> of an actor system.</summary>
public sealed class HttpExtensionProvider : ExtensionIdProvider<HttpExtension>
{
    /// <inheritdoc/>
    public override HttpExtension CreateExtension(ExtendedActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        return new HttpExtension(system);
    }
}

/// <summary>The way from an actor system to HTTP.</summary>
public static class HttpActorSystemExtensions
{
    /// <summary>HTTP for <paramref name="system"/>; made at the first use. Any thread.</summary>
    public static HttpExtension Http(this ActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        return system.Extension<HttpExtension, HttpExtensionProvider>();
    }
}

/// <summary>
/// The reference configuration that this assembly carries (<c>hocon/aleph.http.conf</c>), parsed once.
/// </summary>
internal static class HttpConfig
{
    public static Config Reference { get; } =
        ConfigurationFactory.FromResource("Aleph.Actors.Http.aleph.http.conf", typeof(HttpConfig).Assembly);
}
