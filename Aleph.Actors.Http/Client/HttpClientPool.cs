using Akka.Actor;
using Aleph.Actors.Http.Client;
using Aleph.Actors.Http.Client.Pool;

namespace Aleph.Actors.Http;

/// <summary>
/// Pools of connections to one origin, as actors: spawn <see cref="Props(HttpOrigin, HttpPoolSettings?)"/> where you
/// like and supervise it. The pool is
/// an Akka.NET router whose routees are connections. Tell or ask it an <see cref="HttpRequest"/>; see <see
/// cref="HttpClientPoolProtocol"/> for the rest. When it stops, what waits fails, and its connections close.
/// </summary>
/// <example>
/// <code>
/// var pool = system.ActorOf(HttpClientPool.Props(HttpOrigin.Of("http://example.com")), "example");
/// var response = await pool.Ask&lt;HttpResponse&gt;(HttpRequest.Get("http://example.com/"));
/// </code>
/// </example>
public static class HttpClientPool
{
    /// <summary>The Props of a pool.</summary>
    /// <param name="origin">What it connects to, whatever the url of a request says.</param>
    /// <param name="settings">Default <see cref="HttpPoolSettings.Default"/>.</param>
    /// <exception cref="ArgumentException">The settings are not valid; every fault is named.</exception>
    public static Props Props(HttpOrigin origin, HttpPoolSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(origin);
        settings ??= HttpPoolSettings.Default;
        SettingsFaults.ThrowIfAny(settings.Validate());
        return Props(system => new ClientContext(system, origin, settings));
    }

    internal static Props Props(Func<ActorSystem, ClientContext> context) =>
        new PoolRouterConfig(context).Props(Akka.Actor.Props.Empty).WithDeploy(Deploy.Local);
}
