using System.Net;
using System.Net.Sockets;
using System.Text;
using Akka.Actor;
using Aleph.Actors.Http;

namespace Soak.Hostile;

/// <summary>
/// A server that breaks the protocol, is slow or breaks off, and our client: each request must fail with an error that
/// names a cause, or have the right answer where there is one.
/// </summary>
internal sealed class BadAnswers : IAttack, IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly (string Wire, Ending End, string? Content)[] All =
    [
        ("HTTP/1.1 200 OK|Content-Length: 5|Transfer-Encoding: chunked||0||", Ending.Close, null),
        ("HTTP/1.1 200 OK|Content-Length: 5|Content-Length: 6||hello", Ending.Close, null),
        ("HTTP/1.1 200 OK|Content-Length: +5||hello", Ending.Close, null),
        ("HTTP/1.1 200 OK|Transfer-Encoding: chunked||x|", Ending.Close, null),
        ("HTTP/1.1 200 OK|Transfer-Encoding: chunked||5|hello|", Ending.Close, null),
        ("HTTP/1.1 200 OK|Transfer-Encoding: chunked||5|hello|", Ending.Reset, null),
        ("HTTP/1.1 200 OK|Content-Length: 6||hello", Ending.Close, null),
        ("HTTP/1.1 200 OK|Content-Length: 6||hello", Ending.Silence, null),
        ("SSH-2.0-OpenSSH|", Ending.Close, null),
        ("HTTP/1.1 20", Ending.Silence, null),
        ("", Ending.Silence, null),
        ("", Ending.Close, null),
        ("", Ending.Reset, null),
        (string.Concat(Enumerable.Repeat("HTTP/1.1 102 Processing||", 1000)), Ending.Close, null),
        ("HTTP/1.1 200 OK|" + string.Concat(Enumerable.Repeat("X: y|", 50_000)), Ending.Silence, null),
        ("HTTP/1.1 200 OK|Content-Length: 5||helloHTTP/1.1 200 OK|Content-Length: 3||bad", Ending.Silence, "hello"),
        ("HTTP/1.1 204 No Content||body", Ending.Close, ""),
        ("HTTP/1.1 200 OK|Content-Length: 5||hello", Ending.Close, "hello"),
    ];

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly AlephHttpClient _client;
    private readonly Task _accepting;

    public BadAnswers(ActorSystem system)
    {
        _listener.Start();
        _accepting = Task.Run(AcceptAsync);
        _client = system.Http().CreateClient(HttpPoolSettings.Default with
        {
            ResponseTimeout = TimeSpan.FromSeconds(2),
            ReadTimeout = TimeSpan.FromSeconds(2),
            SendTimeout = TimeSpan.FromSeconds(2),
        });
    }

    private enum Ending
    {
        Close,
        Reset,
        Silence,
    }

    public string Name => "answers that are wrong, slow or broken off";

    public string Target => "hostile-server";

    public async Task RunAsync(Random random)
    {
        var index = random.Next(All.Length);
        var expected = All[index].Content;
        string? content = null;
        try
        {
            content = await GetAsync(index).WaitAsync(Patience);
        }
        catch (HttpClientException) when (expected is null)
        {
            return;
        }
        catch (Exception failure)
        {
            throw new NotEnduredException($"answer {index} failed with {failure}");
        }

        if (content != expected)
            throw new NotEnduredException($"answer {index} was taken for '{content}', not '{expected}'");
    }

    public async ValueTask DisposeAsync()
    {
        await _client.CloseAsync(Patience);
        _listener.Dispose();
        await _accepting;
    }

    private async Task<string> GetAsync(int index)
    {
        // The client must not repeat it: each answer is for one request.
        var request = HttpRequest.Post($"http://{_listener.LocalEndpoint}/{index}", HttpBody.Empty);
        using var response = await _client.SendAsync(request);
        return await response.ReadTextAsync();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptSocketAsync());
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // The listener was closed.
        }
    }

    // Ends with its connection; every fault of it is the client's to see.
    private static async Task ServeAsync(Socket socket)
    {
        try
        {
            using (socket)
            {
                var buffer = new byte[4096];
                while (await socket.ReceiveAsync(buffer) is > 0 and var count)
                {
                    var path = Encoding.ASCII.GetString(buffer, 0, count).Split(' ')[1];
                    var (wire, end, _) = All[int.Parse(path.AsSpan(1), null)];
                    await socket.SendAsync(RawPeer.Wire(wire));
                    if (end == Ending.Reset)
                        socket.LingerState = new LingerOption(true, 0);
                    if (end != Ending.Silence)
                        return;
                }
            }
        }
        catch (SocketException)
        {
            // The client has ended it.
        }
    }
}
