using Akka.Actor;

namespace Aleph.Actors.Http;

/// <summary>
/// What an actor that writes a body and the body's writer say to each other, see <c>HttpBody.WrittenBy</c>. The actor
/// gets <see cref="Begun"/>, answers with commands to its writer, and gets one <see cref="Taken"/> for each
/// <see cref="Write"/>; last of all it gets <see cref="Sent"/> or <see cref="GivenUp"/>.
/// </summary>
public static class HttpBodyProtocol
{
    /// <summary>To the writer.</summary>
    public abstract record Command : INoSerializationVerificationNeeded;

    /// <summary>From the writer.</summary>
    public abstract record Event : INoSerializationVerificationNeeded, Akka.Event.IDeadLetterSuppression;

    /// <summary>Sends bytes, which must not change until <see cref="Taken"/>. As many may wait as the window allows;
    /// one more is answered with <see cref="CommandFailed"/>.</summary>
    /// <param name="Bytes">The bytes.</param>
    public sealed record Write(ReadOnlyMemory<byte> Bytes) : Command;

    /// <summary>Ends the body, after all writes before it. Answer: <see cref="Sent"/>.</summary>
    public sealed record Complete : Command
    {
        private Complete()
        {
        }

        /// <summary>The one there is.</summary>
        public static Complete Instance { get; } = new();
    }

    /// <summary>Fails the body: the connection is aborted, so that the peer can tell. Answer:
    /// <see cref="GivenUp"/>.</summary>
    /// <param name="Cause">Why, for the log.</param>
    public sealed record Fail(Exception Cause) : Command;

    /// <summary>The body is wanted now.</summary>
    /// <param name="Writer">Gets the commands.</param>
    public sealed record Begun(IActorRef Writer) : Event;

    /// <summary>The connection has room again for one more write.</summary>
    /// <param name="Write">The write that was taken.</param>
    public sealed record Taken(Write Write) : Event;

    /// <summary>All was handed to the connection.</summary>
    public sealed record Sent : Event
    {
        private Sent()
        {
        }

        /// <summary>The one there is.</summary>
        public static Sent Instance { get; } = new();
    }

    /// <summary>Nobody wants the rest: the peer has left, or the body failed or was never sent.</summary>
    public sealed record GivenUp : Event
    {
        private GivenUp()
        {
        }

        /// <summary>The one there is.</summary>
        public static GivenUp Instance { get; } = new();
    }

    /// <summary>A command that could not be done.</summary>
    /// <param name="Command">The command.</param>
    /// <param name="Cause">Why.</param>
    public sealed record CommandFailed(Command Command, Exception Cause) : Event;
}
