using Akka.Actor;
using Aleph.Actors.Connections;
using Aleph.Actors.Tcp.Client;

namespace Aleph.Actors.Http.Client;

/// <summary>
/// The making of one connection of a pool: connects, does TLS, starts HTTP on it. Ends once, with the connection in its
/// slot or with a message to the pool that says why not.
/// </summary>
internal sealed class ConnectAttempt
{
    private readonly OutgoingRequest _request;
    private readonly ConnectionSlot _slot;
    private readonly AddressRotation.Attempt _addresses;
    private readonly long _id;

    public ConnectAttempt(PoolCore core, ConnectionSlot slot, long id)
    {
        (_slot, _id) = (slot, id);
        var context = core.Context;
        var origin = context.Origin;
        _addresses = context.Addresses.Begin(context.Resolver);
        _request = new OutgoingRequest(
            context.Settings.EndPoint ?? RemoteEndPoint.Of(origin.Host, origin.Port),
            _ => new Http1ClientProtocol(core, slot), context.Tcp, CancellationToken.None, origin.Host)
        {
            Connector = context.Settings.Transport,
        };
        Spec = new ConnectionSpec(Begin, context.Tcp.Connection, context.Time)
        {
            Unstarted = _request.Fail,
            WireLog = context.Tcp.WireLog,
            IsClient = true,
            Layer = _request.Layer,
        };
    }

    /// <summary>What the connection's actor is made of.</summary>
    public ConnectionSpec Spec { get; }

    /// <summary>Connects. The slot's actor is there.</summary>
    public async Task RunAsync(IActorRef pool)
    {
        try
        {
            await _request.RunAsync(_slot.Actor, _id, _addresses).ConfigureAwait(false);
            await _request.Opened.ConfigureAwait(false);
        }
        catch (Exception cause)
        {
            _addresses.Failed();
            pool.Tell(new PoolMessages.ConnectFailed(_slot, cause), ActorRefs.NoSender);
        }
    }

    private IConnectionProtocol Begin(ConnectionInfo info)
    {
        _addresses.Opened(info.RemoteEndPoint);
        _request.Succeed(info);
        return _request.Protocol(info);
    }
}
