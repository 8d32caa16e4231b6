namespace Aleph.Actors.Http;

/// <summary>A proxy refused to open the way to the origin, or broke its protocol. Nothing was sent to the
/// origin.</summary>
public sealed class HttpProxyException : HttpClientException
{
    internal HttpProxyException(HttpProxy proxy, string message, HttpStatus? status = null, HttpHeaders? headers = null)
        : base(HttpClientFailure.Proxy, $"The proxy {proxy} {message}")
    {
        (Status, Headers) = (status, headers ?? HttpHeaders.Empty);
        IsUnsent = true;
    }

    internal HttpProxyException(HttpProxyException other)
        : base(HttpClientFailure.Proxy, other.Message)
    {
        (Status, Headers) = (other.Status, other.Headers);
        IsUnsent = true;
    }

    /// <summary>The status that an HTTP proxy answered CONNECT with; null where it did not answer, or is
    /// none.</summary>
    public HttpStatus? Status { get; }

    /// <summary>The field lines of that answer.</summary>
    public HttpHeaders Headers { get; }
}
