using System.Net;
using Akka.Actor;
using Aleph.Actors.Tcp.Handlers;
using AkkaTcp = Akka.IO.Tcp;

namespace Aleph.Actors.Tcp.Client;

/// <summary>
/// One connection that an actor asked for by a message, Akka.IO's or ours. Its outcome is told to that actor: by the
/// connection that it is open, in the name of whoever ran the command that there is none. Immutable.
/// </summary>
/// <param name="Command">The message.</param>
/// <param name="Commander">Who sent it.</param>
/// <param name="Remote">Where to connect to.</param>
/// <param name="Settings">How.</param>
/// <param name="PullMode">Whether every piece of input is asked for.</param>
internal sealed record ConnectCommand(
    AkkaTcp.Command Command, IActorRef Commander, EndPoint Remote, TcpClientSettings Settings, bool PullMode)
{
    /// <summary>What <paramref name="command"/> asks for; null when that is not a connection.</summary>
    /// <param name="command">The message.</param>
    /// <param name="commander">Who sent it.</param>
    /// <param name="settings">Where the message says nothing.</param>
    public static ConnectCommand? Of(AkkaTcp.Command command, IActorRef commander, TcpClientSettings settings) =>
        command switch
        {
            AkkaTcp.Connect c => new ConnectCommand(
                c, commander, c.RemoteAddress, AkkaIoSettings.Of(c, settings), c.PullMode),
            TcpCommands.Connect c => new ConnectCommand(c, commander, c.Remote, c.Settings ?? settings, c.PullMode),
            _ => null,
        };

    /// <summary>Connects.</summary>
    /// <param name="parent">The parent of outgoing connections.</param>
    /// <param name="runner">In whose name a failure is told.</param>
    public void Run(IActorRef parent, IActorRef runner)
    {
        if (Settings.Validate() is { Count: > 0 } faults)
        {
            Fail(new ArgumentException(string.Join(Environment.NewLine, faults)), runner);
            return;
        }

        var spec = new HandlerSpec(Settings.Connection) { Greeted = Commander, PullMode = PullMode };
        var request = new OutgoingRequest(Remote, _ => new HandlerProtocol(spec), Settings, CancellationToken.None);
        parent.Tell(request, ActorRefs.NoSender);

        // A failure ends in a message; there is nothing else to wait for.
        _ = ReportAsync(request.Opened, runner);
    }

    private async Task ReportAsync(Task opened, IActorRef runner)
    {
        try
        {
            await opened.ConfigureAwait(false);
        }
        catch (Exception cause)
        {
            Fail(cause, runner);
        }
    }

    private void Fail(Exception cause, IActorRef runner) =>
        Commander.Tell(Command.FailureMessage.WithCause(cause), runner);
}
