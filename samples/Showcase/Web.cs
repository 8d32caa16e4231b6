using Aleph.Actors.Http;

namespace Showcase;

/// <summary>The routes of the page.</summary>
internal sealed class Web(LiveFeed feed, Chat chat, Uploads uploads, Controls controls)
{
    private const string Policy = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'";

    private static readonly string Page = Path.Combine(AppContext.BaseDirectory, "page");

    public HttpRoutes Routes() => new HttpRoutes()
        .Use(SameOrigin)
        .Get("/live", _ => HttpResponse.Events(feed.Pictures()))
        .Get("/clock", _ => HttpResponse.Events(feed.Clock()))
        .Get("/chat", chat.AnswerAsync)
        .Put("/files/{name}", uploads.TakeAsync)
        .Get("/files/{id:long}/{name}", uploads.Give)
        .Get("/connections/{server}/{id:long}", controls.DescribeAsync)
        .Post("/connections/{server}/{id:long}/crash", controls.CrashAsync)
        .Post("/second/restart", controls.RestartAsync)
        .Mount("/", StaticFiles.Of(Page));

    // Another site's page must not press these buttons.
    private static HttpHandler SameOrigin(HttpHandler next) => async request =>
        request.Method is not (HttpMethods.Get or HttpMethods.Head)
            && request.Headers.Contains("Origin") && !WebSocketOrigin.IsSame(request)
                ? HttpResponse.Problem(403, "That belongs to this page alone.")
                : (await next(request)).WithHeader("Content-Security-Policy", Policy);
}
