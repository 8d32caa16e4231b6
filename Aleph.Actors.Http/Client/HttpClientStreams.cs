using Akka;
using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Util;

namespace Aleph.Actors.Http;

/// <summary>Clients as flows: requests in, answers out, no more under way than asked for.</summary>
public static class HttpClientStreams
{
    /// <summary>
    /// Answers in the order of the requests. A request that fails fails the flow. Bodies must be read or disposed.
    /// </summary>
    /// <param name="client">Who sends.</param>
    /// <param name="parallelism">How many may be under way, above 0.</param>
    public static Flow<HttpRequest, HttpResponse, NotUsed> Flow(AlephHttpClient client, int parallelism = 16)
    {
        ArgumentNullException.ThrowIfNull(client);
        return Akka.Streams.Dsl.Flow.Create<HttpRequest>().SelectAsync(parallelism, request =>
            client.SendAsync(request));
    }

    /// <summary>
    /// Answers as they come, each with what its request carried; a request that fails is a failure among them.
    /// </summary>
    /// <typeparam name="T">What tells an answer's request.</typeparam>
    /// <param name="client">Who sends.</param>
    /// <param name="parallelism">How many may be under way, above 0.</param>
    public static Flow<(HttpRequest Request, T Tag), (Try<HttpResponse> Answer, T Tag), NotUsed> FlowUnordered<T>(
        AlephHttpClient client, int parallelism = 16)
    {
        ArgumentNullException.ThrowIfNull(client);
        return Akka.Streams.Dsl.Flow.Create<(HttpRequest Request, T Tag)>().SelectAsyncUnordered(
            parallelism, async asked => (await TryAsync(client, asked.Request).ConfigureAwait(false), asked.Tag));
    }

    /// <summary>
    /// One connection of its own for each materialisation: answers in the order of the requests, as many under way as
    /// <see cref="HttpPoolSettings.PipelineDepth"/>. A request that fails fails the flow. When the requests end, the
    /// connection closes after the last body; when the flow fails or is cancelled, at once.
    /// </summary>
    /// <param name="system">Where the connection lives.</param>
    /// <param name="origin">What to connect to.</param>
    /// <param name="settings">Default those of the system.</param>
    /// <returns>The flow; it materialises who is connected to whom, or why nobody is.</returns>
    public static Flow<HttpRequest, HttpResponse, Task<ConnectionInfo>> Connection(
        Akka.Actor.ActorSystem system, HttpOrigin origin, HttpPoolSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(system);
        var http = system.Http();
        var chosen = settings ?? http.ClientSettings;
        return Akka.Streams.Dsl.Flow.Setup((_, _) =>
        {
            var connecting = http.ConnectAsync(origin, chosen);
            return Akka.Streams.Dsl.Flow.Create<HttpRequest>()
                .SelectAsync(chosen.PipelineDepth, async request =>
                    await (await connecting.ConfigureAwait(false)).SendAsync(request).ConfigureAwait(false))
                .WatchTermination((_, ended) => OpenedAsync(connecting, ended));
        }).MapMaterializedValue(opened => opened.Unwrap());
    }

    private static async Task<ConnectionInfo> OpenedAsync(Task<HttpConnection> connecting, Task ended)
    {
        var connection = await connecting.ConfigureAwait(false);

        // Nobody waits for the end of a connection whose flow has ended.
        _ = CloseAfterAsync(connection, ended);
        return connection.Info;
    }

    private static async Task CloseAfterAsync(HttpConnection connection, Task ended)
    {
        await ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await connection.CloseAsync(ended.IsCompletedSuccessfully ? Timeout.InfiniteTimeSpan : TimeSpan.Zero)
            .ConfigureAwait(false);
    }

    private static async Task<Try<HttpResponse>> TryAsync(AlephHttpClient client, HttpRequest request)
    {
        try
        {
            return new Try<HttpResponse>(await client.SendAsync(request).ConfigureAwait(false));
        }
        catch (Exception cause) when (cause is IOException or ArgumentException or InvalidOperationException)
        {
            return new Try<HttpResponse>(cause);
        }
    }
}
