using System.Net.Sockets;

namespace Aleph.Actors.Tcp;

/// <summary>What a listener does about an accept that failed.</summary>
internal enum AcceptError
{
    /// <summary>This one connection went wrong, or nothing did: accept the next at once.</summary>
    Retry,

    /// <summary>Descriptors or memory ran out: rest, then try again.</summary>
    Pause,

    /// <summary>The listening socket is of no more use.</summary>
    Fatal,
}

/// <summary>Classifies failed accepts.</summary>
internal static class AcceptErrors
{
    public static AcceptError Classify(Exception error) =>
        error is SocketException socket ? Classify(socket.SocketErrorCode) : AcceptError.Fatal;

    public static AcceptError Classify(SocketError error) => error switch
    {
        // accept(2) passes on what is wrong with the new connection, and firewalls answer EPERM.
        SocketError.ConnectionAborted or SocketError.ConnectionReset or SocketError.ConnectionRefused
            or SocketError.Interrupted or SocketError.WouldBlock or SocketError.TryAgain or SocketError.TimedOut
            or SocketError.NetworkDown or SocketError.NetworkReset or SocketError.NetworkUnreachable
            or SocketError.HostDown or SocketError.HostUnreachable or SocketError.HostNotFound
            or SocketError.ProtocolOption or SocketError.AccessDenied => AcceptError.Retry,

        // EMFILE and ENFILE; ENOBUFS; errors without a name of their own here, ENOMEM among them.
        SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable or SocketError.ProcessLimit
            or SocketError.SocketError => AcceptError.Pause,

        _ => AcceptError.Fatal,
    };
}
