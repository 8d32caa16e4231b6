using System.Net;

namespace Aleph.Actors;

/// <summary>
/// A server could not listen: its address is in use, not of this machine, or forbidden, or its actor system is ending.
/// </summary>
public sealed class BindException : Exception
{
    /// <summary>Made by the library.</summary>
    /// <param name="endPoint">Where it was to listen.</param>
    /// <param name="cause">Why not; usually a <see cref="System.Net.Sockets.SocketException"/>.</param>
    public BindException(EndPoint endPoint, Exception cause)
        : base($"Cannot listen on {LogText.Of(endPoint)}: {cause?.Message}", cause)
    {
        EndPoint = endPoint;
    }

    /// <summary>Where it was to listen.</summary>
    public EndPoint EndPoint { get; }
}
