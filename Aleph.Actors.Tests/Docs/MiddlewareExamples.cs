using Aleph.Actors.Http;

namespace Aleph.Actors.Tests.Docs;

/// <summary>The code of docs/guide/middleware.md.</summary>
internal static class MiddlewareExamples
{
    public static HttpHandler Routes()
    {
        var users = new HttpRoutes()
            .Get("/{id:int}", request => HttpResponse.Text($"user {request.RouteValues().Get<int>("id")}"))
            .Put("/{id:int}/notes/{*name}", SaveNoteAsync)
            .Use(Stamp);
        var routes = new HttpRoutes()
            .Get("/", _ => HttpResponse.Text("welcome"))
            .Mount("/users", users)
            .Mount("/old", request => new(HttpResponse.Redirect("/users" + request.Path, 308)));
        return routes.ToHandler();
    }

    public static HttpHandler Guarded(HttpHandler handler, Action<string> log, bool isDevelopment) => handler.Inside(
        AccessLog.To(log, AccessLogFormat.Json),
        RequestIds.Assign(),
        ExceptionPage.When(isDevelopment),
        ConcurrencyLimit.To(1000),
        RequestTimeout.After(TimeSpan.FromSeconds(30)));

    public static HttpHandler TenantHandler() => new HttpRoutes().Get("/", WhoAmI, ByTenant).ToHandler();

    private static HttpHandler Stamp(HttpHandler next) => async request =>
    {
        var answer = await next(request);
        return answer.WithHeader("X-Stamp", "yes");
    };

    private static readonly RequestKey<string> Tenant = new("tenant");

    private static HttpHandler ByTenant(HttpHandler next) => request =>
        next(request.With(Tenant, request.Host.Split('.')[0]));

    private static HttpResponse WhoAmI(HttpRequest request) => HttpResponse.Text(request.Get(Tenant) ?? "nobody");

    private static async ValueTask<HttpResponse> SaveNoteAsync(HttpRequest request) =>
        HttpResponse.Text($"{request.RouteValues()["name"]}: {await request.ReadTextAsync()}");
}
