namespace Aleph.Actors.Http;

/// <summary>Handlers for whoever asks whether a server is well.</summary>
public static class HttpHealth
{
    private static readonly HttpHeaders Fresh = HttpHeaders.Of(("Cache-Control", "no-store"));

    /// <summary>
    /// A handler for load balancers: 200 while servers want new connections, 503 with <c>Connection: close</c> as soon
    /// as one of them begins to drain. Map it to a path such as <c>/ready</c>.
    /// </summary>
    /// <param name="readiness">The one of the servers' <see cref="TcpSettings.Readiness"/>.</param>
    public static Func<HttpRequest, HttpResponse> Readiness(ServerReadiness readiness)
    {
        ArgumentNullException.ThrowIfNull(readiness);
        return _ => readiness.IsReady
            ? HttpResponse.Text("ready\n").WithHeaders(Fresh.With("Content-Type", "text/plain"))
            : HttpResponse.Text("leaving\n", HttpStatus.ServiceUnavailable)
                .WithHeaders(Fresh.With("Content-Type", "text/plain").With("Connection", "close"));
    }
}
