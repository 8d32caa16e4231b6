using Akka.Actor;

namespace Aleph.Actors.Tcp.Handlers;

/// <summary>
/// TLS in the midst of a handler's connection: lets what was written before leave in clear, holds the rest until the
/// handshake is done, and consumes no input meanwhile, which so goes to TLS. Used on the connection's turn.
/// </summary>
internal sealed class HandlerTls(IConnection connection, HandlerInput input, HandlerOutput output)
{
    private TcpCommands.StartTls? _command;
    private IActorRef? _sender;
    private State _state;

    private enum State
    {
        Idle,
        Sending,
        Opening,
    }

    /// <summary>Whether TLS is about to begin, or its handshake is under way.</summary>
    public bool IsBusy => _state is not State.Idle;

    public void Begin(TcpCommands.StartTls command, IActorRef sender)
    {
        (_command, _sender, _state) = (command, sender, State.Sending);
        if (!command.LastInClear.IsEmpty)
            output.AddLast(command.LastInClear, sender);
        output.HoldRest();
        input.Hold();
        Continue();
    }

    /// <summary>Output has been moved: goes on if that was the last of before.</summary>
    public void Continue()
    {
        if (_state is not State.Sending || !output.IsMoved)
            return;
        try
        {
            _command!.Begin(connection);
            _state = State.Opening;
        }
        catch (CertificateException cause)
        {
            // What is held, and what the handler writes before it hears of this, was meant for TLS.
            _sender!.Tell(_command!.FailureMessage.WithCause(cause), connection.Self);
            connection.Abort(new ConnectionEnd(ConnectionEndReason.HandshakeFailed, cause.Message) { Cause = cause });
        }
    }

    /// <summary>The handshake is done.</summary>
    public void OnOpened()
    {
        if (_state is not State.Opening)
            return;
        _sender!.Tell(new TcpEvents.Secured(connection.Info), connection.Self);
        Release();
    }

    private void Release()
    {
        _state = State.Idle;
        input.Release();
        output.Open();
    }
}
