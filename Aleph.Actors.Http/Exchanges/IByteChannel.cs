using Akka.Actor;
using Akka.Event;

namespace Aleph.Actors.Http.Exchanges;

/// <summary>
/// Octets both ways between two peers, below a protocol that took over from HTTP: a whole HTTP/1 connection, or one
/// stream of an HTTP/2 connection. All members are for the turn of its connection, but for <see cref="Self"/>.
/// </summary>
internal interface IByteChannel
{
    ConnectionInfo Info { get; }

    /// <summary>Who carries messages to the protocol's turn. Any thread.</summary>
    IActorRef Self { get; }

    ActorSystem System { get; }

    ILoggingAdapter Log { get; }

    TimeProvider Time { get; }

    /// <summary>The timestamp of the turn.</summary>
    long Now { get; }

    /// <summary>Octets to send; with its marks.</summary>
    OutputBuffer Output { get; }

    /// <summary>How far the peer has come in taking octets; only its growth means something.</summary>
    long Acknowledged { get; }

    void PauseReading();

    void ResumeReading();

    /// <summary>Ends the output; reading goes on.</summary>
    void ShutdownOutput();

    /// <summary>Sends what is buffered, then ends.</summary>
    void Close(ConnectionEnd end);

    /// <summary>Drops what is buffered and ends.</summary>
    void Abort(ConnectionEnd end);
}
