using Akka.Actor;
using Akka.Event;
using Aleph.Actors.Transports.ProxyProtocol;

namespace Aleph.Actors.Connections;

/// <summary>What all connections of one server or client share. Immutable.</summary>
/// <param name="Protocol">Makes the first protocol of each.</param>
/// <param name="Settings">Their settings.</param>
/// <param name="Time">Their clock.</param>
internal sealed record ConnectionSpec(
    ConnectionProtocolFactory Protocol, ConnectionSettings Settings, TimeProvider Time)
{
    /// <summary>
    /// Makes a filter for the bytes on the wire, before TLS decrypts them; null, or an answer of null, for none.
    /// </summary>
    public Func<ConnectionInfo, IByteFilter?>? FilterBeforeTls { get; init; }

    /// <summary>Whether connections begin with a PROXY header.</summary>
    public ProxyProtocolSettings ProxyProtocol { get; init; } = ProxyProtocolSettings.Default;

    /// <summary>Puts a layer (TLS) around each transport when it is adopted; null for none.</summary>
    public Func<ConnectionInfo, ITransport, ITransport>? Layer { get; init; }

    /// <summary>Makes a filter for the bytes that the protocol sees; null, or an answer of null, for none.</summary>
    public Func<ConnectionInfo, IByteFilter?>? FilterAfterTls { get; init; }

    /// <summary>What is logged of each connection's life and bytes.</summary>
    public WireLogSettings WireLog { get; init; } = WireLogSettings.Default;

    /// <summary>Whether they were made here instead of accepted.</summary>
    public bool IsClient { get; init; }

    /// <summary>Counts those that are over; null for nobody.</summary>
    public IConnectionTally? Counters { get; init; }

    /// <summary>Who is told what happens to them; null for nobody.</summary>
    public ConnectionSubscribers? Subscribers { get; init; }

    /// <summary>Told of a connection that ended before it had its protocol; null for nobody.</summary>
    public Action<ConnectionEnd>? Unstarted { get; init; }

    /// <summary>Puts the layers around a newly adopted transport.</summary>
    public ITransport Wrap(ITransport transport, ConnectionInfo info, WireLog? log)
    {
        transport = ProxyProtocolTransport.Wrap(transport, ProxyProtocol, Time);
        if (log is not null && WireLog.Encrypted)
            transport = ByteFilters.Wrap(transport, new WireLogFilter(log));
        if (FilterBeforeTls?.Invoke(info) is { } outer)
            transport = ByteFilters.Wrap(transport, outer);
        if (Layer is not null)
            transport = Layer(info, transport);
        if (FilterAfterTls?.Invoke(info) is { } inner)
            transport = ByteFilters.Wrap(transport, inner);
        if (log is not null && !WireLog.Encrypted)
            transport = ByteFilters.Wrap(transport, new WireLogFilter(log));
        return transport;
    }
}

/// <summary>
/// A message that owns a resource: whoever receives it takes the resource, the janitor of dead letters releases it.
/// </summary>
internal interface IOwnsResource
{
    /// <summary>Releases the resource, if nobody has taken it. Harmless when repeated; any thread.</summary>
    void Release();
}

/// <summary>Messages to a <c>ConnectionActor</c> from its supervisor.</summary>
internal static class ConnectionMessages
{
    /// <summary>The first message of a connection: take over <paramref name="transport"/>. No answer.</summary>
    internal sealed class Adopt(long id, ITransport transport)
        : IOwnsResource, INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        private ITransport? _transport = transport;

        public long Id { get; } = id;

        /// <summary>The transport, for the one who asks first; null for all others.</summary>
        public ITransport? Take() => Interlocked.Exchange(ref _transport, null);

        public void Release() => Take()?.Abort();
    }

    /// <summary>Finish what is under way, then close. No answer; the end is the answer.</summary>
    internal sealed class Drain : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static Drain Instance { get; } = new();
    }

    /// <summary>
    /// How do you stand? Answered to the asker: by the connection, or, where it is not there any
    /// more, by whoever finds this message.
    /// </summary>
    /// <param name="id">The connection's.</param>
    /// <param name="asker">Who asks.</param>
    /// <param name="answerer">In whose name it is answered.</param>
    /// <param name="gone">The answer where there is no such connection, made of the reason.</param>
    internal sealed class Describe(long id, IActorRef asker, IActorRef answerer, Func<Exception, object> gone)
        : IOwnsResource, INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        private int _answered;

        public long Id => id;

        public void Answer(object answer)
        {
            if (Interlocked.Exchange(ref _answered, 1) == 0)
                asker.Tell(answer, answerer);
        }

        public void Release() => Answer(gone(new KeyNotFoundException($"There is no connection {id}.")));
    }

    /// <summary>Reset now, with this end. No answer; the end is the answer.</summary>
    internal sealed record Abort(ConnectionEnd End) : INoSerializationVerificationNeeded, IDeadLetterSuppression;
}
