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
