using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Event;

namespace Aleph.Actors.Transports.AkkaIo;

/// <summary>
/// Closes what a stock listener of Akka.IO accepted and then dropped because it had ended meanwhile, so that the peer
/// is told instead of waiting for a garbage collection. One for each actor system; any thread.
/// </summary>
internal sealed class LostAccepts : MinimalActorRef
{
    // What a stock listener tells itself of an accept, and its property with the operation.
    private const string AcceptCompleted = "Akka.IO.TcpListener+AcceptCompleted";
    private const string EventArgs = "EventArgs";

    // Its name as documentation comments have it.
    private const string AcceptCompletedId = "Akka.IO.TcpListener.AcceptCompleted";

    /// <summary>Watches a system for the rest of its life.</summary>
    public LostAccepts(ExtendedActorSystem system)
    {
        (Provider, Path) = (system.Provider, StockConnection.NewPath(system, "lost-accepts"));
        system.EventStream.Subscribe(this, typeof(DeadLetter));
    }

    public override IActorRefProvider Provider { get; }

    public override ActorPath Path { get; }

    /// <summary>Whether a message is that of an accept.</summary>
    public static bool IsAccept(object? message) => message?.GetType().FullName == AcceptCompleted;

    /// <summary>Closes the socket of a message for which <see cref="IsAccept"/>.</summary>
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicProperties, AcceptCompletedId, "Akka")]
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "The dependency above keeps it.")]
    public static void Close(object message)
    {
        if (message.GetType().GetProperty(EventArgs)?.GetValue(message) is SocketAsyncEventArgs accept)
            accept.AcceptSocket?.Dispose();
    }

    protected override void TellInternal(object message, IActorRef sender)
    {
        if (message is DeadLetter { Message: { } lost } && IsAccept(lost))
            Close(lost);
    }
}
