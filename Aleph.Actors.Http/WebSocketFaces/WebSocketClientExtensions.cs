using Akka;
using Akka.Actor;
using Akka.Streams.Dsl;
using Aleph.Actors.Http.Client.Middleware;
using Aleph.Actors.Http.WebSocketFaces;
using Inbox = Aleph.Actors.Http.WebSocketFaces.Inbox;

namespace Aleph.Actors.Http;

/// <summary>
/// Opens WebSockets by an HTTP client: through its TLS, proxies, names, cookies, credentials and times. The connection
/// leaves the pool once the WebSocket is open.
/// </summary>
public static class WebSocketClientExtensions
{
    /// <summary>Opens a WebSocket by the system's shared client.</summary>
    /// <inheritdoc cref="WebSocketAsync(AlephHttpClient, string, WebSocketClientOptions?, CancellationToken)"/>
    public static Task<WebSocketConnection> WebSocketAsync(
        this HttpExtension http, string url, WebSocketClientOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(http);
        return http.Client.WebSocketAsync(url, options, cancellationToken);
    }

    /// <summary>Opens a WebSocket whose messages are read from the answer.</summary>
    /// <param name="client">Sends the handshake.</param>
    /// <param name="url">Begins with ws:// or wss://; has no fragment (RFC 6455 3).</param>
    /// <param name="options">Default <see cref="WebSocketClientOptions.Default"/>.</param>
    /// <param name="cancellationToken">Ends the opening; an open WebSocket is not touched by it.</param>
    /// <exception cref="ArgumentException">The url, a setting or a field cannot be used.</exception>
    /// <exception cref="WebSocketHandshakeException">The server refused, or its answer was wrong.</exception>
    /// <exception cref="HttpClientException">No answer came; derived types name the phase whose time ran
    /// out.</exception>
    public static Task<WebSocketConnection> WebSocketAsync(
        this AlephHttpClient client, string url, WebSocketClientOptions? options = null,
        CancellationToken cancellationToken = default) =>
        OpenAsync(client, url, options, settings => new Inbox(settings.ReceiveWindow), cancellationToken);

    /// <summary>Opens a WebSocket whose messages go to a function.</summary>
    /// <inheritdoc cref="WebSocketAsync(AlephHttpClient, string, WebSocketClientOptions?, CancellationToken)"/>
    /// <param name="client">Sends the handshake.</param>
    /// <param name="url">Begins with ws:// or wss://.</param>
    /// <param name="handler">Gets every message.</param>
    /// <param name="options">Default <see cref="WebSocketClientOptions.Default"/>.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    public static Task<WebSocketConnection> WebSocketAsync(
        this AlephHttpClient client, string url, WebSocketMessageHandler handler,
        WebSocketClientOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return OpenAsync(
            client, url, options, _ => new FunctionFace(handler, options is { PooledMessages: true }),
            cancellationToken);
    }

    /// <summary>Opens a WebSocket whose events go to an actor, which sends commands.</summary>
    /// <inheritdoc cref="WebSocketAsync(AlephHttpClient, string, WebSocketClientOptions?, CancellationToken)"/>
    /// <param name="client">Sends the handshake.</param>
    /// <param name="url">Begins with ws:// or wss://.</param>
    /// <param name="handler">See <see cref="WebSocketProtocol"/>; watched: when it stops, the WebSocket is closed with
    /// 1011.</param>
    /// <param name="options">Default <see cref="WebSocketClientOptions.Default"/>.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    public static Task<WebSocketConnection> WebSocketAsync(
        this AlephHttpClient client, string url, IActorRef handler, WebSocketClientOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return OpenAsync(client, url, options, settings => new ActorFace(handler, settings), cancellationToken);
    }

    /// <summary>Opens a WebSocket whose messages run through a flow.</summary>
    /// <inheritdoc cref="WebSocketAsync(AlephHttpClient, string, WebSocketClientOptions?, CancellationToken)"/>
    /// <typeparam name="TMat">What the flow materialises to; not used.</typeparam>
    /// <param name="client">Sends the handshake.</param>
    /// <param name="url">Begins with ws:// or wss://.</param>
    /// <param name="flow">Gets the server's messages and makes those to send; materialised once.</param>
    /// <param name="options">Default <see cref="WebSocketClientOptions.Default"/>.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    public static Task<WebSocketConnection> WebSocketAsync<TMat>(
        this AlephHttpClient client, string url, Flow<WebSocketMessage, WebSocketMessage, TMat> flow,
        WebSocketClientOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(flow);
        var unused = flow.MapMaterializedValue(_ => NotUsed.Instance);
        return OpenAsync(client, url, options, settings => FlowFace.Create(settings, unused), cancellationToken);
    }

    private static async Task<WebSocketConnection> OpenAsync(
        AlephHttpClient client, string url, WebSocketClientOptions? options,
        Func<WebSocketSettings, WebSocketFace> face, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        options ??= WebSocketClientOptions.Default;
        var settings = options.Settings ?? client.System.Http().Settings.WebSocket;
        SettingsFaults.ThrowIfAny(settings.Validate());
        var takeover = new WebSocketTakeover(options, settings, face(settings));
        var request = HttpRequest.To(HttpMethods.Get, HttpUrlOf(url))
            .WithHeaders(takeover.RequestFields())
            .WithOptions(options.Request with
            {
                FollowRedirects = options.Request.FollowRedirects ?? false,
                ThrowOnError = false,
                WebSocket = takeover,
            });
        var response = await client.SendAsync(request, cancellationToken).ConfigureAwait(false);
        return response.Info?.WebSocket ?? throw new WebSocketHandshakeException(
            await ErrorStatus.ReadAsync(response, cancellationToken).ConfigureAwait(false));
    }

    private static string HttpUrlOf(string url)
    {
        ArgumentNullException.ThrowIfNull(url);
        if (!WebSocketTakeover.IsWebSocketUrl(url) || url.Contains('#', StringComparison.Ordinal))
        {
            throw new ArgumentException(
                "The url of a WebSocket begins with ws:// or wss:// and has no fragment (RFC 6455 3).", nameof(url));
        }

        return WebSocketTakeover.HttpUrlOf(url);
    }
}
