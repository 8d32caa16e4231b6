using System.Buffers;
using System.IO.Pipelines;
using Akka.IO;
using Akka.Streams;
using Akka.Streams.Stage;

namespace Aleph.Actors.Tcp.Streams;

/// <summary>The input pipe of a connection as a source: each element is all that was there when it was asked
/// for.</summary>
/// <param name="claim">Called by each materialisation; throws if there may not be one.</param>
/// <param name="reader">The pipe.</param>
/// <param name="abort">Resets the connection.</param>
internal sealed class PipeSource(Action claim, PipeReader reader, Action abort) : GraphStage<SourceShape<ByteString>>
{
    private readonly Outlet<ByteString> _out = new("Duplex.out");

    public override SourceShape<ByteString> Shape => new(_out);

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes)
    {
        claim();
        return new Logic(_out, reader, abort);
    }

    private sealed class Logic : OutGraphStageLogic
    {
        private readonly Outlet<ByteString> _out;
        private readonly PipeReader _reader;
        private readonly Action _abort;
        private readonly Action<(ReadResult, Exception?)> _onRead;
        private int _phase;
        private bool _orderly;

        public Logic(Outlet<ByteString> outlet, PipeReader reader, Action abort)
            : base(new SourceShape<ByteString>(outlet))
        {
            (_out, _reader, _abort) = (outlet, reader, abort);
            _onRead = GetAsyncCallback<(ReadResult Read, Exception? Failure)>(x => OnRead(x.Read, x.Failure));
            SetHandler(outlet, this);
        }

        // Who has to complete the pipe when the stage stops: the wait, if one is under way.
        private enum Phase
        {
            Idle,
            Waiting,
            Stopped,
        }

        public override void OnPull()
        {
            var read = _reader.ReadAsync();
            if (read.IsCompletedSuccessfully)
                OnRead(read.Result, null);
            else
                Await(read);
        }

        public override void OnDownstreamFinish(Exception cause)
        {
            _orderly = cause is SubscriptionWithCancelException.NonFailureCancellation;
            base.OnDownstreamFinish(cause);
        }

        public override void PostStop()
        {
            if (!_orderly)
                _abort();
            if (Interlocked.Exchange(ref _phase, (int)Phase.Stopped) == (int)Phase.Waiting)
                _reader.CancelPendingRead();
            else
                _reader.Complete();
        }

        private void Await(ValueTask<ReadResult> read)
        {
            _phase = (int)Phase.Waiting;
            _ = AwaitAsync(read); // Its outcome is the callback's argument.
        }

        private async Task AwaitAsync(ValueTask<ReadResult> pending)
        {
            var (read, failure) = (default(ReadResult), default(Exception));
            try
            {
                read = await pending.ConfigureAwait(false);
            }
            catch (Exception e)
            {
                failure = e;
            }

            if (Interlocked.CompareExchange(ref _phase, (int)Phase.Idle, (int)Phase.Waiting) == (int)Phase.Waiting)
                _onRead((read, failure));
            else
                await _reader.CompleteAsync().ConfigureAwait(false);
        }

        private void OnRead(ReadResult read, Exception? failure)
        {
            _orderly = failure is not null || read.IsCanceled || (read.IsCompleted && read.Buffer.IsEmpty);
            if (failure is not null)
                FailStage(failure);
            else if (_orderly)
                CompleteStage();
            else
                Push(read);
        }

        private void Push(ReadResult read)
        {
            var bytes = read.Buffer.ToArray();
            _reader.AdvanceTo(read.Buffer.End);
            Push(_out, ByteString.FromBytes(bytes));
        }
    }
}
