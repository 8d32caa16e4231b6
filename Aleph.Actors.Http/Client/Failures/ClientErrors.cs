using Aleph.Actors.Http.Http1;

namespace Aleph.Actors.Http.Client.Failures;

/// <summary>Makes the exceptions of requests, all in one place.</summary>
internal static class ClientErrors
{
    public static HttpClientException Protocol(ProtocolError error) => new(
        error.Code == "response_body_too_large" || IsLimit(error.Code)
            ? HttpClientFailure.Limit
            : HttpClientFailure.Protocol,
        error.Detail is null ? error.Summary : $"{error.Summary} ({error.Detail})")
    { Error = error };

    public static HttpClientException BodyTooLarge(long limit) => new(
        HttpClientFailure.Limit, $"The body of the answer is longer than {limit} bytes.");

    public static HttpClientException Ended(ConnectionEnd end, bool isUnsent, string when) => new(
        HttpClientFailure.ConnectionEnded, $"The connection ended {when}: {end.Detail ?? end.Reason.ToString()}.",
        end.Cause)
    { IsUnsent = isUnsent };

    public static HttpClientException Closed(HttpOrigin origin) => new(
        HttpClientFailure.PoolClosed, $"The pool of {origin} is closed.")
    { IsUnsent = true };

    public static HttpClientException QueueFull(HttpOrigin origin, int size) => new(
        HttpClientFailure.QueueFull,
        $"All connections to {origin} are in use, and {size} requests wait, which is the limit (queue-size).")
    {
        IsUnsent = true,
    };

    public static HttpClientException Down(HttpOrigin origin, Exception cause) => new(
        HttpClientFailure.OriginDown, $"{origin} cannot be connected to at the moment: {cause.Message}", cause)
    {
        IsUnsent = true,
    };

    public static HttpClientException Unread(TimeSpan limit) => new(
        HttpClientFailure.GivenUp, $"Nobody read the body of the answer for {limit}; it was given up.");

    public static HttpClientException GivenUp { get; } = new(
        HttpClientFailure.GivenUp, "The body of the answer was given up.");

    public static HttpClientException RequestBody(Exception cause) => new(
        HttpClientFailure.RequestBody, $"The body of the request failed: {cause.Message}", cause);

    public static HttpClientException Truncated { get; } = new(
        HttpClientFailure.ConnectionEnded,
        "The connection ended without a TLS close_notify, so that the answer may have been cut off (RFC 9112 9.8).");

    public static HttpClientException Cut(ProtocolError error) =>
        new(HttpClientFailure.ConnectionEnded, error.Summary) { Error = error };

    public static HttpClientException DelimitedByClose { get; } = new(
        HttpClientFailure.Protocol,
        "The answer tells no length: where it was cut off could not be told (RFC 9112 6.3).");

    /// <summary>What a failed attempt to connect means to the requests that waited for it.</summary>
    public static HttpClientException Connect(ConnectException cause)
    {
        var phase = cause.Phase;
        var isTimeout = cause.IsTimeout || cause.InnerException is TlsException { Failure: TlsFailure.Timeout };
        if (phase == ConnectPhase.Handshake)
        {
            return isTimeout
                ? new TlsTimeoutException(cause.Message, cause) { IsUnsent = true }
                : new HttpClientException(HttpClientFailure.Tls, cause.Message, cause) { IsUnsent = true };
        }

        if (isTimeout)
            return new ConnectTimeoutException(cause.Message, cause) { IsUnsent = true };
        var failure = phase == ConnectPhase.Resolve ? HttpClientFailure.Resolve : HttpClientFailure.Connect;
        return new HttpClientException(failure, cause.Message, cause) { IsUnsent = true };
    }

    /// <summary>The same for another request: an exception that is thrown twice shows the wrong place.</summary>
    public static HttpClientException Again(HttpClientException cause) => cause switch
    {
        HttpProxyException proxy => new HttpProxyException(proxy),
        TlsTimeoutException => new TlsTimeoutException(cause.Message, cause.InnerException) { IsUnsent = true },
        ConnectTimeoutException => new ConnectTimeoutException(cause.Message, cause.InnerException) { IsUnsent = true },
        ProxyTimeoutException => new ProxyTimeoutException(cause.Message, cause.InnerException) { IsUnsent = true },
        _ => new HttpClientException(cause.Failure, cause.Message, cause.InnerException)
        {
            IsUnsent = cause.IsUnsent,
            Error = cause.Error,
        },
    };

    private static bool IsLimit(string code) => code is "headers_exceed_max_total_size" or "too_many_headers"
        or "status_line_too_long" or "too_many_interim_responses" or "chunk_extension_too_long"
        or "request_body_too_large";
}
