using System.Net;

namespace Aleph.Actors.Http.Client.Handler;

/// <summary>Failures as callers of <see cref="HttpClient"/> know them.</summary>
internal static class HandlerErrors
{
    public static HttpRequestException Of(HttpClientException failure)
    {
        var status = failure is HttpProxyException { Status: { } code } ? (HttpStatusCode?)code.Code : null;
        Exception inner = failure is HttpTimeoutException ? new TimeoutException(failure.Message, failure) : failure;
        return new HttpRequestException(KindOf(failure), failure.Message, inner, status);
    }

    public static HttpIOException OfBody(HttpClientException failure) =>
        new(KindOf(failure), failure.Message, failure);

    private static HttpRequestError KindOf(HttpClientException failure) => failure switch
    {
        TlsTimeoutException => HttpRequestError.SecureConnectionError,
        ProxyTimeoutException => HttpRequestError.ProxyTunnelError,
        ConnectTimeoutException or QueueTimeoutException => HttpRequestError.ConnectionError,
        _ => failure.Failure switch
        {
            HttpClientFailure.Resolve => HttpRequestError.NameResolutionError,
            HttpClientFailure.Connect or HttpClientFailure.OriginDown => HttpRequestError.ConnectionError,
            HttpClientFailure.Tls => HttpRequestError.SecureConnectionError,
            HttpClientFailure.Proxy => HttpRequestError.ProxyTunnelError,
            HttpClientFailure.Protocol or HttpClientFailure.Content => HttpRequestError.InvalidResponse,
            HttpClientFailure.ConnectionEnded => HttpRequestError.ResponseEnded,
            HttpClientFailure.Limit or HttpClientFailure.QueueFull => HttpRequestError.ConfigurationLimitExceeded,
            _ => HttpRequestError.Unknown,
        },
    };
}
