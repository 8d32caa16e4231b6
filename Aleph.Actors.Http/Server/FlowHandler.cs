using System.Collections.Concurrent;
using System.Threading.Channels;
using Akka;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace Aleph.Actors.Http.Server;

/// <summary>A flow, materialised at a connection's first request.</summary>
internal sealed class FlowHandler(Flow<HttpRequest, HttpResponse, NotUsed> flow, int maxConcurrent) : HttpServerHandler
{
    internal override string Name => "a flow";

    internal override int MaxConcurrent => maxConcurrent;

    internal override bool IsHandOver => true;

    internal override ConnectionHandler Attach(IConnection connection) =>
        new PerConnection(flow, connection.System.Http().Materializer);

    private sealed class PerConnection(Flow<HttpRequest, HttpResponse, NotUsed> flow, IMaterializer materializer)
        : ConnectionHandler
    {
        private readonly ConcurrentQueue<TaskCompletionSource<HttpResponse>> _unanswered = new();
        private readonly Channel<HttpRequest> _requests = Channel.CreateUnbounded<HttpRequest>();
        private bool _running;
        private volatile bool _hasEnded;

        public override bool HasEnded => _hasEnded;

        public override ValueTask<HttpResponse> HandleAsync(HttpRequest request)
        {
            if (!_running)
                Run();
            var answer = new TaskCompletionSource<HttpResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
            _unanswered.Enqueue(answer);
            if (!_requests.Writer.TryWrite(request))
                answer.TrySetException(
                    new InvalidOperationException("The handler flow has ended; it answers no more requests."));
            return new ValueTask<HttpResponse>(answer.Task);
        }

        public override void OnEnded() => _requests.Writer.TryComplete();

        private void Run()
        {
            _running = true;
            _ = CompleteAsync(Source.ChannelReader(_requests.Reader).Via(flow).RunForeach(Answer, materializer));
        }

        private void Answer(HttpResponse response)
        {
            if (_unanswered.TryDequeue(out var answer))
                answer.TrySetResult(response);
        }

        private async Task CompleteAsync(Task done)
        {
            var cause = new InvalidOperationException(
                "The handler flow completed before it had answered every request.");
            try
            {
                await done.ConfigureAwait(false);
            }
            catch (Exception fault)
            {
                cause = new InvalidOperationException("The handler flow failed.", fault);
            }

            _hasEnded = true;
            _requests.Writer.TryComplete();
            while (_unanswered.TryDequeue(out var answer))
                answer.TrySetException(cause);
        }
    }
}
