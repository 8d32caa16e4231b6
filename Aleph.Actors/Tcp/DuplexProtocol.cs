using Akka.Actor;
using Akka.Event;
using Aleph.Actors.Connections;
using Aleph.Actors.Tcp;

namespace Aleph.Actors;

/// <summary>
/// The protocol that hands a raw connection to user code: <c>run</c> is called once, on the thread pool, with a
/// <see cref="DuplexConnection"/>. When its task ends, what it wrote is sent and the connection closes; when its task
/// fails, the connection is reset. Bytes that a protocol before this one left over come first.
/// </summary>
public sealed class DuplexProtocol : IConnectionProtocol
{
    private readonly Func<DuplexConnection, Task> _run;
    private readonly DuplexPipes _pipes = new();
    private IConnection _connection = null!;
    private DuplexControl _control = null!;
    private DuplexInput _input = null!;
    private DuplexOutput _output = null!;
    private DuplexLayering _layering = null!;
    private Exception? _failure;
    private bool _runEnded;
    private bool _peerClosed;

    /// <summary>Makes the protocol of one connection.</summary>
    /// <param name="run">What to do with it. It may wait; it must not block for long, as any code on the thread
    /// pool.</param>
    public DuplexProtocol(Func<DuplexConnection, Task> run)
    {
        ArgumentNullException.ThrowIfNull(run);
        _run = run;
    }

    /// <inheritdoc/>
    public long Deadline => long.MaxValue;

    /// <inheritdoc/>
    public void Start(IConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        _connection = connection;
        var self = connection.Self;
        _input = new DuplexInput(_pipes.Input.Writer, connection);
        _output = new DuplexOutput(_pipes.Output.Reader, connection);
        _layering = new DuplexLayering(connection, _pipes.Input.Reader, _input, _output);
        _control = new DuplexControl(self, connection.Info, connection.Time);
        _output.Drain();
        var duplex = new DuplexConnection(_pipes, _control);

        // Unsafe: the user's code starts from a clean execution context, not from that of whatever came before.
        ThreadPool.UnsafeQueueUserWorkItem(
            static work => _ = work.Item1.RunAsync(work.duplex, work.self), (this, duplex, self), false);
    }

    /// <inheritdoc/>
    public int OnReceived(ReadOnlySpan<byte> data) => _input.Receive(data);

    /// <inheritdoc/>
    public void OnMessage(object message)
    {
        switch (message)
        {
            case DuplexInput.Readable:
                _input.Resume();
                break;
            case DuplexOutput.Written:
                Drained(_output.Continue());
                break;
            case RunEnded ended:
                OnRunEnded(ended.Cause);
                break;
            case DuplexLayer request:
                _layering.Begin(request);
                _layering.Continue();
                break;
            case DuplexLayer.Placed:
                _layering.OnPlaced();
                break;
            case DuplexControl.AbortRequested:
                _connection.Abort(new ConnectionEnd(ConnectionEndReason.AbortedByApplication));
                break;
        }
    }

    /// <inheritdoc/>
    public void OnWritable() => Drained(_output.Drain());

    /// <inheritdoc/>
    public void OnOpened()
    {
        _control.Info = _connection.Info;
        _layering.OnOpened();
    }

    /// <inheritdoc/>
    public void OnPeerClosed()
    {
        _peerClosed = true;
        _control.IsInputTruncated = _connection.IsInputTruncated;
        _input.End();
        Drained(_output.Drain());
    }

    /// <inheritdoc/>
    public void OnDeadline(long now)
    {
    }

    /// <summary>
    /// Ends the input, as if the peer had: code that copies or answers until the end then ends by itself.
    /// </summary>
    public void Drain() => _input.End();

    /// <inheritdoc/>
    public void OnEnded(ConnectionEnd end)
    {
        ArgumentNullException.ThrowIfNull(end);
        var clean = end.Reason is ConnectionEndReason.Completed or ConnectionEndReason.Drained;
        _input.Complete(clean ? null : new ConnectionEndedException(end));
        _output.Complete();
        _layering.OnEnded(end);
        _control.End(end, isBroken: !_runEnded && !clean);
    }

    private async Task RunAsync(DuplexConnection duplex, IActorRef self)
    {
        Exception? cause = null;
        try
        {
            await Begin(duplex).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            cause = e;
            Volatile.Write(ref _failure, e);
        }

        await _pipes.Output.Writer.CompleteAsync(cause).ConfigureAwait(false);
        await _pipes.Input.Reader.CompleteAsync().ConfigureAwait(false);
        self.Tell(new RunEnded(cause), ActorRefs.NoSender);
    }

    private Task Begin(DuplexConnection duplex)
    {
        using var guard = UserCode.Enter();
        return _run(duplex);
    }

    private void OnRunEnded(Exception? cause)
    {
        if (_runEnded)
            return;
        _runEnded = true;
        if (cause is null)
        {
            Drained(_output.Drain());
            return;
        }

        _connection.Log.Warning(cause, "The code that runs on the connection failed");
        _connection.Abort(
            new ConnectionEnd(ConnectionEndReason.AbortedByApplication, cause.Message) { Cause = cause });
    }

    /// <summary>
    /// Acts on how the output stands: half-close when the user ended it, close when the user's code or the peer ended,
    /// too.
    /// </summary>
    private void Drained(DuplexOutput.State state)
    {
        switch (state)
        {
            case DuplexOutput.State.Failed when Volatile.Read(ref _failure) is { } failure:
                OnRunEnded(failure);
                break;
            case DuplexOutput.State.Failed:
                _connection.Abort(
                    new ConnectionEnd(ConnectionEndReason.AbortedByApplication, "Output completed with an error"));
                break;
            case DuplexOutput.State.Ended when _runEnded || _peerClosed:
                _connection.Close(ConnectionEnd.Completed);
                break;
            case DuplexOutput.State.Ended when _output.TakeEnd():
                _connection.ShutdownOutput();
                break;
            default:
                _layering.Continue();
                break;
        }
    }

    private sealed record RunEnded(Exception? Cause) : INoSerializationVerificationNeeded, IDeadLetterSuppression;
}
