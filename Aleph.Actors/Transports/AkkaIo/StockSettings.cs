using Akka.Actor;
using AkkaSettings = Akka.IO.TcpSettings;

namespace Aleph.Actors.Transports.AkkaIo;

/// <summary>
/// How stock connections are made: by settings that travel with each bind and connect, so that what else in the actor
/// system uses Akka.IO keeps its own.
/// </summary>
internal static class StockSettings
{
    /// <summary>
    /// The size of one write, and the most of the read buffer that each stock connection holds for life, in bytes.
    /// </summary>
    public const int MaxFrame = 64 * 1024;

    /// <summary>The settings of <c>akka.io.tcp</c>, with frames of our size and without limits that are ours.</summary>
    public static AkkaSettings For(ActorSystem system, int maxReceiveBuffer) =>
        system.WithExtension<Akka.IO.TcpExt, Akka.IO.Tcp>().Settings with
        {
            MaxFrameSizeBytes = Math.Min(maxReceiveBuffer, MaxFrame),

            // A connection may wait for room before anybody registers with it.
            RegisterTimeout = null,

            // Other addresses are tried by us, and a refusal is an answer.
            FinishConnectRetries = 0,

            // One write at a time is the limit.
            WriteCommandsQueueMaxSize = -1,
        };
}
