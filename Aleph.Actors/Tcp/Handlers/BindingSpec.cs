using Akka.Actor;
using AkkaTcp = Akka.IO.Tcp;

namespace Aleph.Actors.Tcp.Handlers;

/// <summary>One bind of the manager. Immutable.</summary>
/// <param name="Command">What asked for it: Akka.IO's or ours.</param>
/// <param name="Commander">Whom to answer.</param>
/// <param name="Handler">Who is told of each connection.</param>
/// <param name="PullMode">Whether every piece of input is asked for.</param>
/// <param name="Settings">How to listen.</param>
internal sealed record BindingSpec(
    AkkaTcp.Command Command, IActorRef Commander, IActorRef Handler, bool PullMode, TcpSettings Settings)
{
    /// <summary>Whether every connection is asked for, too, by <c>Tcp.ResumeAccepting</c>.</summary>
    public bool AcceptsOnDemand => PullMode && Settings.AcceptOnDemand;

    public static BindingSpec Of(AkkaTcp.Bind bind, IActorRef commander, TcpSettings settings) =>
        new(bind, commander, bind.Handler, bind.PullMode, AkkaIoSettings.Of(bind, settings));

    public static BindingSpec Of(TcpCommands.Bind bind, IActorRef commander) =>
        new(bind, commander, bind.Handler, bind.PullMode, bind.Settings);
}
