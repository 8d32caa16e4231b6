using System.IO.Pipelines;
using Akka.IO;
using Akka.Streams;
using Akka.Streams.Stage;

namespace Aleph.Actors.Tcp.Streams;

/// <summary>The output pipe of a connection as a sink.</summary>
/// <param name="claim">Called by each materialisation; throws if there may not be one.</param>
/// <param name="writer">The pipe.</param>
/// <param name="abort">Resets the connection.</param>
internal sealed class PipeSink(Action claim, PipeWriter writer, Action abort) : GraphStage<SinkShape<ByteString>>
{
    private readonly Inlet<ByteString> _in = new("Duplex.in");

    public override SinkShape<ByteString> Shape => new(_in);

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes)
    {
        claim();
        return new Logic(_in, writer, abort);
    }

    private sealed class Logic : InGraphStageLogic
    {
        private readonly Inlet<ByteString> _in;
        private readonly PipeWriter _writer;
        private readonly Action _abort;
        private readonly Action<bool> _onFlushed;
        private bool _orderly;

        public Logic(Inlet<ByteString> inlet, PipeWriter writer, Action abort)
            : base(new SinkShape<ByteString>(inlet))
        {
            (_in, _writer, _abort) = (inlet, writer, abort);
            _onFlushed = GetAsyncCallback<bool>(OnFlushed);
            SetHandler(inlet, this);
        }

        public override void PreStart() => Pull(_in);

        public override void OnPush()
        {
            _writer.WriteAll(Grab(_in));
            var flush = _writer.FlushAsync();
            if (flush.IsCompletedSuccessfully)
                OnFlushed(flush.Result.IsCompleted);
            else
                _ = AwaitAsync(flush); // Its outcome is the callback's argument.
        }

        public override void OnUpstreamFinish()
        {
            _orderly = true;
            base.OnUpstreamFinish();
        }

        public override void PostStop()
        {
            if (_orderly)
                _writer.Complete();
            else
                _abort();
        }

        private async Task AwaitAsync(ValueTask<FlushResult> flush)
        {
            try
            {
                _onFlushed((await flush.ConfigureAwait(false)).IsCompleted);
            }
            catch (InvalidOperationException)
            {
                // Somebody completed the output meanwhile: nobody takes more.
                _onFlushed(true);
            }
        }

        // The end of the connection is an end of demand here; the input, if it is read, fails with its reason.
        private void OnFlushed(bool hasEnded)
        {
            if (hasEnded)
                CancelAfterEnd();
            else if (!IsClosed(_in))
                Pull(_in);
        }

        private void CancelAfterEnd()
        {
            _orderly = true;
            CompleteStage();
        }
    }
}
