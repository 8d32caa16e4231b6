using Akka.Event;

namespace Aleph.Actors.Http.Server;

/// <summary>A function that calls back.</summary>
internal sealed class CallbackHandler(HttpCallbackHandler handler) : HttpServerHandler
{
    internal override string Name => $"{handler.Method.DeclaringType?.FullName}.{handler.Method.Name}";

    internal override ConnectionHandler Attach(IConnection connection) => new PerConnection(handler, connection.Log);

    private sealed class PerConnection(HttpCallbackHandler handler, ILoggingAdapter log) : ConnectionHandler
    {
        public override ValueTask<HttpResponse> HandleAsync(HttpRequest request)
        {
            var answer = new TaskCompletionSource<HttpResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
            try
            {
                handler(
                    request,
                    response => Settle(answer.TrySetResult(response), request),
                    cause => Settle(answer.TrySetException(cause), request));
            }
            catch (Exception fault)
            {
                if (!answer.TrySetException(fault))
                    log.Warning(fault, "The handler of {0} failed after it had answered; its answer counts.", request);
            }

            return new ValueTask<HttpResponse>(answer.Task);
        }

        private void Settle(bool first, HttpRequest request)
        {
            if (!first)
                log.Warning("The handler of {0} answered more than once; only its first answer counts.", request);
        }
    }
}
