using Akka.Actor;
using Akka.Event;

namespace Aleph.Actors.Connections;

/// <summary>What a protocol or a transport asked for on this turn and what is carried out when it has
/// returned.</summary>
internal struct ConnectionCommands
{
    public IConnectionProtocol? NextProtocol;
    public Func<ITransport, ITransport>? Layer;
    public ConnectionEnd? End;
    public bool IsAbort;
    public bool ShutdownOutput;

    /// <summary>Whether something waits for the output to leave.</summary>
    public readonly bool NeedFlush => ShutdownOutput || End is not null || Layer is not null;
}

/// <summary>A connection's message to itself: the turn was long enough, its rest is due.</summary>
internal sealed class GoOn : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    public static GoOn Instance { get; } = new();
}
