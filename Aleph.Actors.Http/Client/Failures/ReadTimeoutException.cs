namespace Aleph.Actors.Http;

/// <summary>The body of the answer paused for as long as the read timeout.</summary>
public sealed class ReadTimeoutException : HttpTimeoutException
{
    internal ReadTimeoutException(TimeSpan limit)
        : base($"The answer paused for {limit}.")
    {
    }
}
