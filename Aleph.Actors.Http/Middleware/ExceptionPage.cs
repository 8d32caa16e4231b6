using System.Net;

namespace Aleph.Actors.Http;

/// <summary>Shows exceptions to the developer who looks at the answer.</summary>
public static class ExceptionPage
{
    /// <summary>
    /// A middleware that answers a handler's exception with a page that shows it, and 500. It tells what is none of a
    /// client's business, so it is on only where you say so. Faults of the client (<see cref="HttpMessageException"/>)
    /// and cancelled requests pass.
    /// </summary>
    /// <param name="isDevelopment">Whether it does anything; false in production.</param>
    public static HttpMiddleware When(bool isDevelopment) => next => !isDevelopment ? next : async request =>
    {
        try
        {
            return await next(request).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not HttpMessageException && !request.Aborted.IsCancellationRequested)
        {
            var html = "<!doctype html>\n<meta charset=utf-8>\n<title>500</title>\n"
                + $"<h1>{Html(fault.GetType().FullName)}</h1>\n<p>{Html(request.ToString())}\n"
                + $"<pre>{Html(fault.ToString())}</pre>\n";
            return HttpResponse.Text(html, HttpStatus.InternalServerError, "text/html; charset=utf-8")
                .WithHeader("Cache-Control", "no-store");
        }
    };

    private static string Html(string? text) => WebUtility.HtmlEncode(text ?? "");
}
