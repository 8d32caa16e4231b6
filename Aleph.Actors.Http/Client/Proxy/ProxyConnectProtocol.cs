using Akka.Actor;
using Akka.Event;

namespace Aleph.Actors.Http.Client.Proxy;

/// <summary>
/// Opens the way through a proxy: runs its handshake on the new connection, then TLS with the origin where that wants
/// it, then hands over to HTTP. What the origin sends at once is not lost. Everything happens on the turn.
/// </summary>
/// <param name="proxy">Through what.</param>
/// <param name="context">To where.</param>
/// <param name="handshake">The proxy's own.</param>
/// <param name="opened">Makes the protocol that follows.</param>
/// <param name="failed">Told why there is none; once.</param>
internal sealed class ProxyConnectProtocol(
    HttpProxy proxy, ClientContext context, IProxyHandshake handshake, Func<IConnectionProtocol> opened,
    Action<Exception> failed) : IConnectionProtocol
{
    private IConnection _connection = null!;
    private long _deadline = long.MaxValue;
    private State _state;

    private enum State
    {
        Proxy,
        Tls,
        Done,
    }

    public long Deadline => _state == State.Proxy ? _deadline : long.MaxValue;

    public void Start(IConnection connection)
    {
        _connection = connection;
        _deadline = ClientContext.Add(connection.Now, context.Ticks(proxy.ConnectTimeout));
        handshake.Begin(connection.Output);
    }

    public int OnReceived(ReadOnlySpan<byte> data)
    {
        if (_state != State.Proxy)
            return 0;
        var result = handshake.Receive(data, _connection.Output, out var consumed, out var fault);
        if (fault is not null)
            Fail(fault);
        else if (result)
            Opened();
        else if (handshake.Question is { } question)
            _ = AnswerAsync(question, _connection.Self);
        return consumed;
    }

    public void OnMessage(object message)
    {
        if (_state != State.Proxy || message is not Answered answered)
            return;
        if (answered.Failure is { } failure)
            Fail(new HttpProxyException(proxy, $"cannot be told who asks: {failure.Message}"));
        else if (handshake.Answered(answered.Answer, _connection.Output) is { } fault)
            Fail(fault);
    }

    public void OnWritable()
    {
    }

    public void OnOpened() => HandOver();

    public void OnPeerClosed()
    {
        if (_state == State.Proxy)
            Fail(new HttpProxyException(proxy, "closed the connection before it had opened the way."));
    }

    public void OnDeadline(long now) =>
        Fail(new ProxyTimeoutException($"The proxy {proxy} did not connect within {proxy.ConnectTimeout}.", null)
        {
            IsUnsent = true,
        });

    public void Drain() => _connection.Close(ConnectionEnd.Drained);

    public void OnEnded(ConnectionEnd end)
    {
        handshake.Dispose();
        if (_state == State.Done)
            return;
        failed(_state == State.Tls
            ? new ConnectException(
                new System.Net.DnsEndPoint(context.Origin.Host, context.Origin.Port), ConnectPhase.Handshake,
                end.Detail ?? end.Reason.ToString(), end.Cause)
            : new HttpProxyException(proxy, $"ended the connection: {end.Detail ?? end.Reason.ToString()}"));
    }

    private void Opened()
    {
        if (!context.Origin.IsSecure)
        {
            HandOver();
            return;
        }

        _state = State.Tls;
        _connection.StartTls(context.OriginTls!, context.Origin.Host);
    }

    // Its failures are part of the answer; a connection that has ended meanwhile does not mind it.
    private static async Task AnswerAsync(Func<string?> question, IActorRef connection)
    {
        Answered answered;
        try
        {
            answered = new Answered(await Task.Run(question).ConfigureAwait(false), null);
        }
        catch (Exception failure)
        {
            answered = new Answered(null, failure);
        }

        connection.Tell(answered, ActorRefs.NoSender);
    }

    private void HandOver()
    {
        _state = State.Done;
        handshake.Dispose();
        _connection.ReplaceProtocol(opened());
    }

    private void Fail(Exception fault)
    {
        _state = State.Done;
        failed(fault);
        _connection.Abort(new ConnectionEnd(ConnectionEndReason.HandshakeFailed, fault.Message) { Cause = fault });
    }

    private sealed record Answered(string? Answer, Exception? Failure)
        : INoSerializationVerificationNeeded, IDeadLetterSuppression;
}
