namespace Aleph.Actors.Http;

/// <summary>No head of an answer came within the response timeout.</summary>
public sealed class ResponseTimeoutException : HttpTimeoutException
{
    internal ResponseTimeoutException(TimeSpan limit)
        : base($"No answer came within {limit}.")
    {
    }
}
