using System.Globalization;
using System.Net;
using System.Text;
using Aleph.Actors.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Aleph.Actors.Tests.Conformance;

/// <summary>Kestrel with the handler of <see cref="HttpHost"/>, as a peer to compare with.</summary>
internal sealed class KestrelHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private KestrelHost(WebApplication app) => _app = app;

    public IPEndPoint EndPoint => IPEndPoint.Parse(_app.Urls.Single()["http://".Length..]);

    public static async Task<KestrelHost> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(
            options => options.Listen(IPAddress.Loopback, 0, x => x.Protocols = HttpProtocols.Http1));
        var app = builder.Build();
        app.Run(DescribeAsync);
        await app.StartAsync().Within("Kestrel listened");
        return new KestrelHost(app);
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token).Within("Kestrel stopped");
        await _app.DisposeAsync();
    }

    private static async Task DescribeAsync(HttpContext context)
    {
        using var content = new MemoryStream();
        await context.Request.Body.CopyToAsync(content);
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var text = Encoding.UTF8.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{context.Request.Method} {target} {content.Length}"));
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.ContentLength = text.Length;
        await context.Response.Body.WriteAsync(text);
    }
}
