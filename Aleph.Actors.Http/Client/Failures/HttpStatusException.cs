namespace Aleph.Actors.Http;

/// <summary>The answer is an error, and the options say that errors are thrown.</summary>
public sealed class HttpStatusException : HttpClientException
{
    internal HttpStatusException(HttpResponse response, ReadOnlyMemory<byte> body, bool isBodyCut)
        : base(HttpClientFailure.Status, $"The answer to {response.Info?.Request} is {response.Status}.")
    {
        (Status, Headers, Body, IsBodyCut) = (response.Status, response.Headers, body, isBodyCut);
    }

    /// <summary>The status.</summary>
    public HttpStatus Status { get; }

    /// <summary>The field lines of the answer.</summary>
    public HttpHeaders Headers { get; }

    /// <summary>The body of the answer, at most its first 64 KiB.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>Whether the body was longer, or ended early.</summary>
    public bool IsBodyCut { get; }
}
