using Akka.Event;
using Aleph.Actors.Connections;
using Aleph.Actors.Http.Exchanges;

namespace Aleph.Actors.Http.Server;

/// <summary>
/// Makes the answers that no handler made: to rejected requests and for failed handlers. Never throws.
/// </summary>
internal static class Answers
{
    private static readonly HttpResponse PlainError = HttpResponse.Of(HttpStatus.InternalServerError);

    /// <summary>The answer to a request that broke a rule or a limit.</summary>
    public static HttpResponse Rejected(HttpServerSettings settings, ProtocolError error, ILoggingAdapter log)
    {
        if (settings.OnRejected is not { } user)
            return HttpResponse.Text(error.Summary, error.Status);
        try
        {
            using (UserCode.Enter())
                return user(error) ?? PlainError;
        }
        catch (Exception fault)
        {
            log.Error(fault, "OnRejected failed for {0}; a plain 500 is sent.", error.Code);
            return PlainError;
        }
    }

    /// <summary>
    /// The answer for a handler that failed. The cause is logged once, with the request line; nothing of it is sent.
    /// </summary>
    public static HttpResponse Failed(
        HttpServerSettings settings, HttpRequest request, Exception cause, string handler, ILoggingAdapter log)
    {
        if (cause is HttpMessageException { Error: var error })
        {
            log.Debug("{0} ended with {1}: {2}", request.LogName, error.Status, error.Summary);
            return Rejected(settings, error, log);
        }

        if (cause is OperationCanceledException && request.Aborted.IsCancellationRequested)
            log.Debug("The handler of {0} was cancelled: the client has left.", request.LogName);
        else
            log.Error(cause, "The handler {0} failed for {1}; the client gets a 500.", handler, request.LogName);
        if (settings.OnHandlerError is not { } user)
            return PlainError;
        try
        {
            using (UserCode.Enter())
                return user(request, cause) ?? PlainError;
        }
        catch (Exception fault)
        {
            log.Error(fault, "OnHandlerError failed for {0}; a plain 500 is sent.", request.LogName);
            return PlainError;
        }
    }

    /// <summary>A handler answered null.</summary>
    public static InvalidOperationException NullAnswer(string handler) =>
        new($"The handler {handler} answered null; it must answer an HttpResponse.");
}
