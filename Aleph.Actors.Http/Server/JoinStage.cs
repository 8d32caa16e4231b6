using Akka.Streams;
using Akka.Streams.Stage;

namespace Aleph.Actors.Http.Server;

/// <summary>
/// A connection as a stage: its requests go out, their answers come in. An answer that comes before its request is
/// kept, and no other one is asked for until then. Ends with the connection, or closes it.
/// </summary>
internal sealed class JoinStage(IncomingHttpConnection connection, int maxConcurrent)
    : GraphStage<FlowShape<HttpResponse, HttpRequest>>
{
    private readonly Inlet<HttpResponse> _in = new("HttpConnection.in");
    private readonly Outlet<HttpRequest> _out = new("HttpConnection.out");

    public override FlowShape<HttpResponse, HttpRequest> Shape => new(_in, _out);

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes)
    {
        connection.Claim();
        return new Logic(this, connection, maxConcurrent);
    }

    private sealed class Logic : InAndOutGraphStageLogic
    {
        private readonly JoinStage _stage;
        private readonly IncomingHttpConnection _connection;
        private readonly JoinedHandler _handler;
        private readonly Queue<TaskCompletionSource<HttpResponse>> _unanswered = new();
        private HttpResponse? _early;
        private Exception? _failure;

        public Logic(JoinStage stage, IncomingHttpConnection connection, int maxConcurrent)
            : base(stage.Shape)
        {
            _stage = stage;
            _connection = connection;
            _handler = new JoinedHandler(maxConcurrent, GetAsyncCallback(Move));
            SetHandler(stage._in, this);
            SetHandler(stage._out, this);
        }

        public override void PreStart()
        {
            // A graph that computes answers asks for a request only once it is asked for an answer.
            Pull(_stage._in);
            _connection.Begin(_handler);
        }

        public override void OnPull() => Move();

        public override void OnPush()
        {
            var response = Grab(_stage._in);
            if (_unanswered.TryDequeue(out var request))
                Answer(request, response);
            else
                _early = response;
        }

        public override void OnUpstreamFinish()
        {
            if (_early is null)
                CompleteStage();
        }

        public override void OnUpstreamFailure(Exception e)
        {
            _failure = e;
            FailStage(e);
        }

        public override void OnDownstreamFinish(Exception cause)
        {
            // What went out is still answered; then the stage is done.
            _handler.Close(Ended("takes no more requests", null));
            if (_unanswered.Count == 0)
                CancelStage(cause);
        }

        public override void PostStop()
        {
            var cause = Ended(_failure is null ? "has completed" : "failed", _failure);
            _handler.Close(cause);
            while (_unanswered.TryDequeue(out var answer))
                answer.TrySetException(cause);
        }

        private static InvalidOperationException Ended(string how, Exception? cause) =>
            new($"The graph joined with the connection {how}.", cause);

        private void Move()
        {
            if (IsAvailable(_stage._out) && _handler.TryTake(out var request))
            {
                Push(_stage._out, request.Request);
                Await(request.Answer);
            }
            else if (_handler.HasEnded)
            {
                CompleteStage();
            }
        }

        private void Await(TaskCompletionSource<HttpResponse> request)
        {
            if (_early is not { } response)
            {
                _unanswered.Enqueue(request);
                return;
            }

            _early = null;
            Answer(request, response);
        }

        private void Answer(TaskCompletionSource<HttpResponse> request, HttpResponse response)
        {
            request.TrySetResult(response);
            if (IsClosed(_stage._in) || (IsClosed(_stage._out) && _unanswered.Count == 0))
                CompleteStage();
            else
                Pull(_stage._in);
        }
    }
}
