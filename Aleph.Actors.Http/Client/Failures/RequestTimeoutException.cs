namespace Aleph.Actors.Http;

/// <summary>The request took longer in all than its timeout.</summary>
public sealed class RequestTimeoutException : HttpTimeoutException
{
    internal RequestTimeoutException(TimeSpan limit)
        : base($"The request was not complete within {limit}.")
    {
    }
}
