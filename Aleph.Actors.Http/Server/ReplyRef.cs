using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Aleph.Actors.Http.Server;

/// <summary>
/// The <c>Sender</c> that a handler actor answers to: one for each exchange, so that no answer can reach another
/// request. The
/// first answer counts; later ones go to dead letters. It watches the handler, so that its death is an answer, too.
/// </summary>
internal sealed class ReplyRef : MinimalActorRef
{
    private readonly TaskCompletionSource<HttpResponse> _answer = new(
        TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ActorSystem _system;
    private readonly IInternalActorRef _handler;
    private readonly ProtocolError _whenDead;
    private ActorPath? _path;

    public ReplyRef(ActorSystem system, IActorRef handler, ProtocolError whenDead)
    {
        _system = system;
        _handler = (IInternalActorRef)handler;
        _whenDead = whenDead;
    }

    public override ActorPath Path => _path ??= Provider.TempPath();

    public override IActorRefProvider Provider => ((ExtendedActorSystem)_system).Provider;

    public Task<HttpResponse> Answer => _answer.Task;

    /// <summary>Tells the handler the request.</summary>
    public void Ask(HttpRequest request)
    {
        _handler.SendSystemMessage(new Watch(_handler, this));
        _handler.Tell(request, this);
    }

    /// <summary>Nobody waits for an answer any more; one that comes goes to dead letters. Harmless after one.</summary>
    public void GiveUp()
    {
        if (_answer.TrySetCanceled())
            _handler.SendSystemMessage(new Unwatch(_handler, this));
    }

    public override void SendSystemMessage(ISystemMessage message)
    {
        if (message is DeathWatchNotification)
            _answer.TrySetException(new HttpMessageException(_whenDead));
    }

    protected override void TellInternal(object message, IActorRef sender)
    {
        if (_answer.Task.IsCompleted)
        {
            _system.DeadLetters.Tell(new DeadLetter(message, sender, this), sender);
            return;
        }

        var first = message switch
        {
            HttpResponse response => _answer.TrySetResult(response),
            Status.Failure failure =>
                _answer.TrySetException(failure.Cause ?? new InvalidOperationException("The handler failed.")),
            _ when _answer.Task.IsCompleted => false,
            _ => _answer.TrySetException(new InvalidOperationException(
                $"The handler {_handler.Path} answered a {message.GetType()}; " +
                "it must answer an HttpResponse or a Status.Failure.")),
        };
        if (first)
            _handler.SendSystemMessage(new Unwatch(_handler, this));
        else
            _system.DeadLetters.Tell(new DeadLetter(message, sender, this), sender);
    }
}
