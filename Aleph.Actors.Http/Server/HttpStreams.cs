using Akka.Actor;
using Akka.Streams.Dsl;
using Aleph.Actors.Http.Server;
using Aleph.Actors.Tcp.Streams;

namespace Aleph.Actors.Http;

/// <summary>HTTP servers as streams: each connection is an element.</summary>
/// <example>
/// <code>
/// var binding = HttpStreams.Bind(system, 8080)
///     .To(Sink.ForEach&lt;IncomingHttpConnection&gt;(c => c.HandleWith(_ => HttpResponse.Text("hello!"))))
///     .Run(system.Materializer());
/// Console.WriteLine((await binding).LocalEndPoint);
/// </code>
/// </example>
public static class HttpStreams
{
    /// <summary>
    /// A server that listens as long as the stream runs. A connection is accepted only when it is asked for: without
    /// demand the kernel's backlog waits. Each materialisation is a server of its own.
    /// </summary>
    /// <remarks>
    /// Completes when the server has ended, by a drain for example. Fails, as does the materialised task, with a
    /// <see cref="BindException"/> if it cannot listen, or an <see cref="ArgumentException"/> that names every fault of
    /// the settings. Cancelling it closes the listener, as does the end of the materializer; connections with a handler
    /// go on, and the server ends with the last of them. To end these, too, drain the materialised binding.
    /// </remarks>
    /// <param name="system">Where the server's actors live.</param>
    /// <param name="settings">Null for the configuration of <paramref name="system"/>.</param>
    /// <param name="name">The server actor's name; null lets the system choose. One that is taken fails the
    /// stream.</param>
    public static Source<IncomingHttpConnection, Task<ServerBinding>> Bind(
        ActorSystem system, HttpServerSettings? settings = null, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(system);
        settings ??= system.Http().Settings;
        return Source.FromGraph(new BindStage<IncomingHttpConnection>(
            inlet => HttpServerSpec.Create(system, inlet, settings), system, name));
    }

    /// <summary>The same at another port of the settings' address.</summary>
    /// <param name="system">Where the server's actors live.</param>
    /// <param name="port">0 to 65535; 0 lets the system choose.</param>
    /// <param name="settings">Null for the configuration of <paramref name="system"/>.</param>
    /// <param name="name">The server actor's name; null lets the system choose. One that is taken fails the
    /// stream.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such port.</exception>
    /// <inheritdoc cref="Bind(ActorSystem, HttpServerSettings?, string?)" path="/remarks"/>
    public static Source<IncomingHttpConnection, Task<ServerBinding>> Bind(
        ActorSystem system, int port, HttpServerSettings? settings = null, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(system);
        return Bind(system, (settings ?? system.Http().Settings).At(port), name);
    }
}
