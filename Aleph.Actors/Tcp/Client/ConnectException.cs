using System.Net;

namespace Aleph.Actors;

/// <summary>A connection could not be made; nothing of it is left.</summary>
public sealed class ConnectException : IOException
{
    /// <summary>Made by the library.</summary>
    /// <param name="endPoint">Where it was to lead.</param>
    /// <param name="phase">How far it had come.</param>
    /// <param name="message">What went wrong.</param>
    /// <param name="cause">Why, or null.</param>
    public ConnectException(EndPoint endPoint, ConnectPhase phase, string message, Exception? cause = null)
        : base($"Cannot connect to {LogText.Of(endPoint)}: {LogText.Of(message)}", cause)
    {
        EndPoint = endPoint;
        Phase = phase;
    }

    /// <summary>Where the connection was to lead.</summary>
    public EndPoint EndPoint { get; }

    /// <summary>How far it had come.</summary>
    public ConnectPhase Phase { get; }

    /// <summary>Whether the connect timeout passed.</summary>
    public bool IsTimeout => InnerException is TimeoutException;
}

/// <summary>The phases of making a connection, in their order.</summary>
public enum ConnectPhase
{
    /// <summary>The look-up of the name.</summary>
    Resolve,

    /// <summary>The connecting of the socket.</summary>
    Connect,

    /// <summary>The TLS handshake, and what else the two sides agree on before the first byte.</summary>
    Handshake,
}
