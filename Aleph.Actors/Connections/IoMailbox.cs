using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;

namespace Aleph.Actors.Connections;

/// <summary>
/// The mailbox of connection actors: one slot for the message of a completion, which is nearly all that a connection
/// gets, and a concurrent queue made only when that does not suffice. First in, first out for each sender.
/// </summary>
/// <remarks>5,000 idle connections hold 4.3 kB of heap each with it, 5.4 kB with the default mailbox.</remarks>
internal sealed class IoMailbox(Settings settings, Config config)
    : MailboxType(settings, config), IProducesMessageQueue<IoMailbox.Queue>
{
    public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new Queue(system.DeadLetters);

    internal sealed class Queue(IActorRef noSender) : IMessageQueue, IUnboundedMessageQueueSemantics
    {
        private object? _slot;
        private ConcurrentQueue<Envelope>? _overflow;
        private int _overflowing;

        public bool HasMessages => Volatile.Read(ref _slot) is not null || Volatile.Read(ref _overflowing) > 0;

        public int Count => Volatile.Read(ref _overflowing) + (Volatile.Read(ref _slot) is null ? 0 : 1);

        public void Enqueue(IActorRef receiver, Envelope envelope)
        {
            // While anything is in the overflow, all follows it there: the slot would be read first.
            if (Volatile.Read(ref _overflowing) == 0
                && ReferenceEquals(envelope.Sender, noSender)
                && Interlocked.CompareExchange(ref _slot, envelope.Message, null) is null)
            {
                return;
            }

            Interlocked.Increment(ref _overflowing);
            Overflow().Enqueue(envelope);
        }

        public bool TryDequeue(out Envelope envelope)
        {
            if (TryTakeSlot(out envelope))
                return true;
            if (Volatile.Read(ref _overflowing) == 0 || !Overflow().TryPeek(out _))
                return false;

            // The slot again: since it was looked at, one sender may have filled it and then gone to the overflow.
            if (TryTakeSlot(out envelope))
                return true;
            Overflow().TryDequeue(out envelope);
            Interlocked.Decrement(ref _overflowing);
            return true;
        }

        public void CleanUp(IActorRef owner, IMessageQueue deadletters)
        {
            while (TryDequeue(out var envelope))
                deadletters.Enqueue(owner, envelope);
        }

        private bool TryTakeSlot(out Envelope envelope)
        {
            if (Volatile.Read(ref _slot) is not { } message)
            {
                envelope = default;
                return false;
            }

            Volatile.Write(ref _slot, null);
            envelope = new Envelope(message, noSender);
            return true;
        }

        private ConcurrentQueue<Envelope> Overflow()
        {
            if (Volatile.Read(ref _overflow) is { } overflow)
                return overflow;
            var made = new ConcurrentQueue<Envelope>();
            return Interlocked.CompareExchange(ref _overflow, made, null) ?? made;
        }
    }
}
