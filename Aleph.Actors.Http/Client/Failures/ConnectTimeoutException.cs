namespace Aleph.Actors.Http;

/// <summary>The name was not looked up, or no address took the connection, within the connect timeout.</summary>
public sealed class ConnectTimeoutException : HttpTimeoutException
{
    internal ConnectTimeoutException(string message, Exception? cause)
        : base(message, cause)
    {
    }
}
