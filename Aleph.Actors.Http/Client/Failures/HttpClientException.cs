namespace Aleph.Actors.Http;

/// <summary>
/// A request got no answer, or the body of its answer ended early. Derived types name the phases whose time ran out;
/// <see cref="Failure"/> names the rest.
/// </summary>
public class HttpClientException : IOException
{
    /// <summary>Made by the library.</summary>
    /// <param name="failure">What failed.</param>
    /// <param name="message">What exactly.</param>
    /// <param name="cause">Why, or null.</param>
    public HttpClientException(HttpClientFailure failure, string message, Exception? cause = null)
        : base(message, cause) => Failure = failure;

    /// <summary>What failed.</summary>
    public HttpClientFailure Failure { get; }

    /// <summary>
    /// Whether it is certain that nothing of the request reached the server, so that it can be repeated whatever its
    /// method is.
    /// </summary>
    public bool IsUnsent { get; init; }

    /// <summary>What the server did wrong; null where the failure is another.</summary>
    public ProtocolError? Error { get; init; }
}
