using System.Net;
using Akka.Actor;
using Aleph.Actors.Connections;
using Aleph.Actors.Http.Client.Proxy;
using Aleph.Actors.Tcp.Client;

namespace Aleph.Actors.Http.Client.Pool;

/// <summary>
/// The making of one connection of a pool: connects, opens the way through a proxy, does TLS, starts HTTP on it. Ends
/// once, with the connection in its slot or with a message to the pool that says why not.
/// </summary>
internal sealed class ConnectAttempt
{
    private readonly PoolCore _core;
    private readonly OutgoingRequest _request;
    private readonly ConnectionSlot _slot;
    private readonly AddressRotation.Attempt _addresses;
    private readonly long _id;
    private IPAddress? _originAddress;
    private long _phaseBegan;

    public ConnectAttempt(PoolCore core, ConnectionSlot slot, long id)
    {
        (_core, _slot, _id) = (core, slot, id);
        var context = core.Context;
        var origin = context.Origin;
        var proxy = context.Proxy;
        _addresses = context.Addresses.Begin(context.Resolver);
        _phaseBegan = context.Time.GetTimestamp();
        _request = new OutgoingRequest(
            context.Settings.EndPoint ?? RemoteEndPoint.Of(proxy?.Host ?? origin.Host, proxy?.Port ?? origin.Port),
            _ => FirstProtocol(),
            context.Tcp with { Resolver = _addresses },
            CancellationToken.None,
            proxy?.Host ?? origin.Host)
        {
            Connector = context.Settings.Transport,
            Entered = OnPhase,
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

    private ClientContext Context => _core.Context;

    /// <summary>Connects. The slot's actor is there.</summary>
    public async Task RunAsync(IActorRef pool, ActorSystem system)
    {
        try
        {
            if (Context.Proxy is { Kind: HttpProxyKind.Socks4 })
                _originAddress = await AddressOfOriginAsync().ConfigureAwait(false);
            await _request.RunAsync(_slot.Actor, _id, system).ConfigureAwait(false);
            await _request.Opened.ConfigureAwait(false);
        }
        catch (Exception cause)
        {
            _addresses.Failed();
            if (cause is not ConnectException)
                _slot.Actor.Tell(new ConnectionMessages.Abort(ConnectionEnd.Stopped), ActorRefs.NoSender);
            pool.Tell(new PoolMessages.ConnectFailed(_slot, cause), ActorRefs.NoSender);
        }
    }

    private IConnectionProtocol Begin(ConnectionInfo info)
    {
        _addresses.Opened(info.RemoteEndPoint);
        return _request.Protocol(info);
    }

    private IConnectionProtocol FirstProtocol() => Context is { Proxy: { } proxy, Forwards: false }
        ? new ProxyConnectProtocol(proxy, Context, HandshakeOf(proxy), Http, _request.Fail)
        : Http();

    // One phase after the other, each before the next begins.
    private void OnPhase(ConnectPhase entered)
    {
        var now = Context.Time.GetTimestamp();
        var took = Context.Time.GetElapsedTime(_phaseBegan, now);
        _phaseBegan = now;
        if (entered == ConnectPhase.Connect)
            _slot.Phases.Resolve = took;
        else
            _slot.Phases.Connect = took;
    }

    private void OnOpened(ConnectionInfo info)
    {
        if (info.Tls is not null)
            _slot.Phases.Tls = Context.Time.GetElapsedTime(_phaseBegan);
        _request.Succeed(info);
    }

    private Http1ClientProtocol Http() => new(_core, _slot, OnOpened);

    private IProxyHandshake HandshakeOf(HttpProxy proxy) => proxy.Kind switch
    {
        HttpProxyKind.Socks5 => new Socks5Handshake(proxy, Context.Origin),
        HttpProxyKind.Socks4 or HttpProxyKind.Socks4a => new Socks4Handshake(proxy, Context.Origin, _originAddress),
        _ => new HttpConnectHandshake(proxy, Context),
    };

    private async Task<IPAddress> AddressOfOriginAsync()
    {
        var addresses = await Context.Resolver.ResolveAsync(Context.Origin.Host).ConfigureAwait(false);
        return addresses.FirstOrDefault(x => x.GetAddressBytes().Length == 4)
            ?? throw new HttpClientException(
                HttpClientFailure.Resolve, $"{Context.Origin.Host} has no IPv4 address, and SOCKS 4 knows no other.")
            {
                IsUnsent = true,
            };
    }
}
