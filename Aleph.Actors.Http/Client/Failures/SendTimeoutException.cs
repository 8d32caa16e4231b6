namespace Aleph.Actors.Http;

/// <summary>The server took not one byte of the request for as long as the send timeout.</summary>
public sealed class SendTimeoutException : HttpTimeoutException
{
    internal SendTimeoutException(TimeSpan limit)
        : base($"The server took no byte of the request for {limit}.")
    {
    }
}
