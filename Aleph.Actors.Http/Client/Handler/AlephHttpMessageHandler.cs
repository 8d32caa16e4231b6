using System.Net;
using Aleph.Actors.Http.Client.Handler;

namespace Aleph.Actors.Http;

/// <summary>
/// The client as an <see cref="HttpMessageHandler"/>, so that <see cref="HttpClient"/>, typed clients and whatever is
/// built on them run on its pools. HTTP/1.1 and 1.0: a request for exactly 2.0 or more fails. Synchronous calls block
/// their thread. Disposing it leaves the client alone unless it was told to own it; then, as with
/// <see cref="SocketsHttpHandler"/>, no request is taken any more, and those under way go on to their end.
/// </summary>
/// <param name="client">Who sends; its options say whether redirects are followed, cookies kept and so on.</param>
/// <param name="ownsClient">Whether the client ends with the handler. Default false.</param>
public sealed class AlephHttpMessageHandler(AlephHttpClient client, bool ownsClient = false) : HttpMessageHandler
{
    private int _disposed;

    /// <summary>Options of one request: put them under this key into its <see
    /// cref="HttpRequestMessage.Options"/>.</summary>
    public static HttpRequestOptionsKey<RequestOptions> OptionsKey { get; } = new("Aleph.RequestOptions");

    /// <summary>
    /// Told how many bytes of a request's content were taken so far: put it under this key into the request's
    /// <see cref="HttpRequestMessage.Options"/>. Not called for content that is sent in one piece from memory before
    /// its end.
    /// </summary>
    public static HttpRequestOptionsKey<IProgress<long>> UploadProgressKey { get; } = new("Aleph.UploadProgress");

    /// <inheritdoc/>
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        Synchronously.Run(() => SendAsync(request, cancellationToken));

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        if (request.Version.Major > 1 && request.VersionPolicy != HttpVersionPolicy.RequestVersionOrLower)
        {
            throw new HttpRequestException(
                HttpRequestError.VersionNegotiationError, $"HTTP/{request.Version} is not spoken; only HTTP/1.1 is.");
        }

        try
        {
            var sent = await RequestMapping.ToRequestAsync(request, cancellationToken).ConfigureAwait(false);
            var response = await client.SendAsync(sent, cancellationToken).ConfigureAwait(false);
            return ResponseMapping.ToMessage(response, request);
        }
        catch (HttpClientException failure)
        {
            throw HandlerErrors.Of(failure);
        }
        catch (ArgumentException fault)
        {
            throw new HttpRequestException(fault.Message, fault);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        // The end of the pools needs nobody to wait for it.
        if (disposing && Interlocked.Exchange(ref _disposed, 1) == 0 && ownsClient)
            _ = client.CloseAsync(Timeout.InfiniteTimeSpan);
        base.Dispose(disposing);
    }
}
