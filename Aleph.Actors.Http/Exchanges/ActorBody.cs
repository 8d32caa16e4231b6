using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Aleph.Actors.Http.Exchanges;

/// <summary>The body of one writer.</summary>
internal sealed class ActorBody(BodyWriterRef writer) : HttpBody
{
    public override long? Length => null;

    internal override async IAsyncEnumerable<ReadOnlyMemory<byte>> Open(
        IBodyContext? context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var isWhole = false;
        writer.Begin();
        try
        {
            await foreach (var write in writer.Writes.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return write.Bytes;
                writer.Took(write);
            }

            isWhole = true;
        }
        finally
        {
            writer.End(isWhole);
        }
    }

    internal override void Discard()
    {
        if (TryClaim())
            writer.End(isWhole: false);
    }
}

/// <summary>Takes the commands of one producer. Any thread; it is no actor, so nothing of it is left behind.</summary>
internal sealed class BodyWriterRef(ActorSystem system, IActorRef producer, int window) : MinimalActorRef
{
    private readonly Channel<HttpBodyProtocol.Write> _writes = Channel.CreateUnbounded<HttpBodyProtocol.Write>(
        new UnboundedChannelOptions { SingleReader = true });

    private readonly IInternalActorRef _producer = (IInternalActorRef)producer;
    private ActorPath? _path;
    private int _waiting;

    public override ActorPath Path => _path ??= Provider.TempPath();

    public override IActorRefProvider Provider => ((ExtendedActorSystem)system).Provider;

    public ChannelReader<HttpBodyProtocol.Write> Writes => _writes.Reader;

    public void Begin()
    {
        _producer.SendSystemMessage(new Watch(_producer, this));
        _producer.Tell(new HttpBodyProtocol.Begun(this), this);
    }

    public void Took(HttpBodyProtocol.Write write)
    {
        Interlocked.Decrement(ref _waiting);
        _producer.Tell(new HttpBodyProtocol.Taken(write), this);
    }

    public void End(bool isWhole)
    {
        _writes.Writer.TryComplete();
        _producer.SendSystemMessage(new Unwatch(_producer, this));
        _producer.Tell(isWhole ? HttpBodyProtocol.Sent.Instance : HttpBodyProtocol.GivenUp.Instance, this);
    }

    public override void SendSystemMessage(ISystemMessage message)
    {
        if (message is DeathWatchNotification)
        {
            _writes.Writer.TryComplete(
                new InvalidOperationException($"{_producer.Path} stopped before its body ended."));
        }
    }

    protected override void TellInternal(object message, IActorRef sender)
    {
        switch (message)
        {
            case HttpBodyProtocol.Write write:
                Accept(write);
                break;
            case HttpBodyProtocol.Complete:
                _writes.Writer.TryComplete();
                break;
            case HttpBodyProtocol.Fail failure:
                _writes.Writer.TryComplete(failure.Cause);
                break;
            default:
                system.DeadLetters.Tell(new DeadLetter(message, sender, this), sender);
                break;
        }
    }

    private void Accept(HttpBodyProtocol.Write write)
    {
        if (Interlocked.Increment(ref _waiting) > window)
        {
            Interlocked.Decrement(ref _waiting);
            Refuse(write, $"{window} writes wait already; the next may come after a Taken.");
        }
        else if (!_writes.Writer.TryWrite(write))
        {
            Refuse(write, "The body has ended.");
        }
    }

    private void Refuse(HttpBodyProtocol.Write write, string why) =>
        _producer.Tell(new HttpBodyProtocol.CommandFailed(write, new InvalidOperationException(why)), this);
}
