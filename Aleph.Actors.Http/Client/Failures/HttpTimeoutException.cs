namespace Aleph.Actors.Http;

/// <summary>The time of a phase of a request ran out; each phase has a type of its own.</summary>
public abstract class HttpTimeoutException : HttpClientException
{
    private protected HttpTimeoutException(string message, Exception? cause = null)
        : base(HttpClientFailure.Timeout, message, cause)
    {
    }
}
