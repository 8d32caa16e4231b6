using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using Akka.Actor;
using Aleph.Actors.Connections;
using Aleph.Actors.Transports.Tls;

namespace Aleph.Actors.Tcp.Client;

/// <summary>
/// One connection that somebody asked for: told to an <see cref="OutgoingActor"/>, which spawns its actor. It ends
/// once, with the connection open or with why there is none; the connect timeout and the asker's cancellation end it,
/// too. Any thread.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Ending disposes the source.")]
internal sealed class OutgoingRequest : INoSerializationVerificationNeeded, IConnectionTally
{
    private readonly TaskCompletionSource<ConnectionInfo> _opened =
        new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _ending;
    private readonly CancellationToken _asker;
    private readonly long _begun;
    private int _outcome;

    private enum Outcome
    {
        None,
        Open,
        Failed,
    }

    /// <param name="target">Where the connection is to lead.</param>
    /// <param name="protocol">Makes its first protocol, when it is open.</param>
    /// <param name="settings">Validated settings.</param>
    /// <param name="cancellation">Of the asker; without effect once the connection is open.</param>
    /// <param name="serverName">The name for TLS where it is not the target's; null where it is.</param>
    public OutgoingRequest(
        EndPoint target, ConnectionProtocolFactory protocol, TcpClientSettings settings, CancellationToken cancellation,
        string? serverName = null)
    {
        (Target, Protocol, Settings, _asker) = (target, protocol, settings, cancellation);
        _begun = settings.Time.GetTimestamp();
        if (settings.Tls is { } tls)
        {
            var context = TlsClientContext.Of(tls);
            var role = serverName is null ? context.To(target) : context.To(serverName);
            Layer = (_, inner) => new TlsTransport(inner, role, settings.Time);
        }

        _ending = new CancellationTokenSource(settings.ConnectTimeout ?? Timeout.InfiniteTimeSpan, settings.Time);
    }

    public EndPoint Target { get; }

    public ConnectionProtocolFactory Protocol { get; }

    public TcpClientSettings Settings { get; }

    /// <summary>Puts TLS around its transport; null for none.</summary>
    public Func<ConnectionInfo, ITransport, ITransport>? Layer { get; }

    /// <summary>Makes the transport instead of a socket; null for a socket.</summary>
    public Func<CancellationToken, ValueTask<ITransport>>? Connector { get; init; }

    /// <summary>Called when the next phase begins; null for nobody.</summary>
    public Action<ConnectPhase>? Entered { get; init; }

    /// <summary>Those of the actor that spawns the connection, which sets them.</summary>
    public ClientCounters? Counters { get; set; }

    private bool IsOpen => Volatile.Read(ref _outcome) == (int)Outcome.Open;

    /// <summary>How far it has come.</summary>
    public ConnectPhase Phase
    {
        get;
        set
        {
            field = value;
            Entered?.Invoke(value);
        }
    }

    /// <summary>
    /// The connection is open and runs its protocol. Fails with a <see cref="ConnectException"/>, or is cancelled.
    /// </summary>
    public Task<ConnectionInfo> Opened => _opened.Task;

    /// <summary>
    /// The same, and a failure when the system ends meanwhile or has ended: nobody works on it then.
    /// </summary>
    public async Task<ConnectionInfo> OpenedIn(ActorSystem system)
    {
        await Task.WhenAny(_opened.Task, system.WhenTerminated).ConfigureAwait(false);
        if (!_opened.Task.IsCompleted)
            Fail(ConnectionEnd.Stopped);
        return await _opened.Task.ConfigureAwait(false);
    }

    /// <summary>Connects, and hands the transport to <paramref name="connection"/>.</summary>
    public async Task RunAsync(IActorRef connection, long id, ActorSystem system)
    {
        try
        {
            using var asked = _asker.UnsafeRegister(static s => ((CancellationTokenSource)s!).Cancel(), _ending);
            var transport = Connector is { } connector
                ? await connector(_ending.Token).ConfigureAwait(false)
                : await TcpConnector.ConnectAsync(
                    Target, system, Settings, Settings.Resolver ?? AlephExtension.Get(system).Dns,
                    phase => Phase = phase, _ending.Token)
                    .ConfigureAwait(false);
            Phase = ConnectPhase.Handshake;
            connection.Tell(new Connections.ConnectionMessages.Adopt(id, transport), ActorRefs.NoSender);
            await _opened.Task.WaitAsync(_ending.Token).ConfigureAwait(false);
        }
        catch (Exception cause)
        {
            Fail(cause is OperationCanceledException ? Cancelled() : cause);

            // One that has opened just before its time was over is somebody's already.
            if (!IsOpen)
            {
                connection.Tell(
                    new Connections.ConnectionMessages.Abort(ConnectionEnd.Stopped), ActorRefs.NoSender);
            }
        }
        finally
        {
            _ending.Dispose();
        }
    }

    public void Succeed(ConnectionInfo info)
    {
        if (!Decide(Outcome.Open))
            return;
        try
        {
            Measure(null);
        }
        finally
        {
            _opened.SetResult(info);
        }
    }

    /// <summary>The connection ended before it was open.</summary>
    public void Fail(ConnectionEnd end) =>
        Fail(new ConnectException(Target, Phase, end.Detail ?? end.Reason.ToString(), end.Cause));

    /// <summary>The connection is over; one that opened when it had been given up was never counted as open.</summary>
    public void Closed(ConnectionEndReason reason)
    {
        if (IsOpen)
            Counters?.Closed(reason);
    }

    public void Transferred(long received, long sent)
    {
        if (IsOpen)
            Counters?.Transferred(received, sent);
    }

    /// <summary>It cannot be made, for this reason.</summary>
    public void Fail(Exception cause)
    {
        if (!Decide(Outcome.Failed))
            return;
        try
        {
            Measure(cause is OperationCanceledException ? "cancelled" : Phase.ToString().ToLowerInvariant());
        }
        finally
        {
            if (cause is OperationCanceledException)
                _opened.SetCanceled(_asker);
            else
                _opened.SetException(cause);
            _ = _opened.Task.Exception;
        }
    }

    // Once, though a connection may open while it is given up.
    private bool Decide(Outcome outcome) =>
        Interlocked.CompareExchange(ref _outcome, (int)outcome, (int)Outcome.None) == (int)Outcome.None;

    // Before whoever waits goes on, who does so though a listener of the meter throws.
    private void Measure(string? error)
    {
        if (error is null)
            Counters?.Connected();
        else
            Counters?.Failed(Phase);
        if (!Meters.ConnectDuration.Enabled)
            return;
        var tags = new TagList { { "server.address", Name(Target) }, { "server.port", Port(Target) } };
        if (error is not null)
            tags.Add("error.type", error);
        Meters.ConnectDuration.Record(Settings.Time.GetElapsedTime(_begun).TotalSeconds, tags);
    }

    private static string? Name(EndPoint target) => target switch
    {
        DnsEndPoint name => name.Host,
        IPEndPoint ip => ip.Address.ToString(),
        _ => target.ToString(),
    };

    private static int? Port(EndPoint target) => (target as DnsEndPoint)?.Port ?? (target as IPEndPoint)?.Port;

    private Exception Cancelled() => _asker.IsCancellationRequested
        ? new OperationCanceledException(_asker)
        : new ConnectException(
            Target, Phase, $"no connection within {Settings.ConnectTimeout}", new TimeoutException());
}
