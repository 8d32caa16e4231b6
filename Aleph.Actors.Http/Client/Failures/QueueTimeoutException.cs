namespace Aleph.Actors.Http;

/// <summary>No connection was free within the queue timeout. Nothing of the request was sent.</summary>
public sealed class QueueTimeoutException : HttpTimeoutException
{
    internal QueueTimeoutException(TimeSpan limit)
        : base($"No connection was free within {limit}.")
    {
    }
}
