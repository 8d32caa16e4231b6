using Aleph.Actors;
using Aleph.Actors.Http;

namespace Showcase;

/// <summary>The server that is under load, and that users drain and start again. Any thread.</summary>
internal sealed class SecondServer(Stage stage)
{
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(5);

    private ServerBinding? _server;
    private bool _restarting;

    public async Task StartAsync() => _server = await stage.ServeAsync(
        "second", 2, new HttpRoutes().Get("/", Answer).ToHandler(), HttpServerSettings.Default);

    /// <summary>Drains it and starts it again at its port; false while that is under way already.</summary>
    public async Task<bool> RestartAsync()
    {
        if (Interlocked.Exchange(ref _restarting, true))
            return false;
        try
        {
            await _server!.DrainAsync(DrainTime);
            await _server.Completion;
            await StartAsync();
            return true;
        }
        finally
        {
            Volatile.Write(ref _restarting, false);
        }
    }

    private static HttpResponse Answer(HttpRequest request) => HttpResponse.Text("hello from the second server\n");
}
