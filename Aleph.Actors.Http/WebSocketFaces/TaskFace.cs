using Akka.Event;
using Aleph.Actors.Connections;

namespace Aleph.Actors.Http.WebSocketFaces;

/// <summary>
/// Code that owns a WebSocket: it runs on the thread pool, once; when its task ends, the WebSocket is closed with 1000,
/// or with 1011 when it failed.
/// </summary>
internal static class TaskFace
{
    public static WebSocketFace Create(WebSocketSettings settings, Func<WebSocketConnection, Task> run) =>
        Create(settings, (socket, _) => run(socket));

    public static WebSocketFace Create(WebSocketSettings settings, Func<WebSocketConnection, Inbox, Task> run)
    {
        Inbox inbox = null!;
        inbox = new Inbox(settings.ReceiveWindow)
        {
            OnOpened = driver =>
            {
                var socket = new WebSocketConnection(driver, inbox);
                Run(socket, () => run(socket, inbox));
            },
        };
        return inbox;
    }

    // Unsafe: the user's code starts from a clean execution context, not from that of whatever came before.
    private static void Run(WebSocketConnection socket, Func<Task> run) =>
        ThreadPool.UnsafeQueueUserWorkItem(
            static work => _ = RunAsync(work.socket, work.run), (socket, run), preferLocal: false);

    private static async Task RunAsync(WebSocketConnection socket, Func<Task> run)
    {
        try
        {
            await Begin(run).ConfigureAwait(false);
            socket.TryClose();
        }
        catch (WebSocketClosedException)
        {
            // The code met the end of the WebSocket; whoever wants to know awaits Closed.
            socket.TryClose();
        }
        catch (Exception fault)
        {
            socket.Driver.Channel.Log.Error(fault, "The code that runs on {0} failed; it is closed with 1011.", socket);
            socket.TryClose(WebSocketClose.InternalError);
        }
    }

    private static Task Begin(Func<Task> run)
    {
        using var guard = UserCode.Enter();
        return run();
    }
}
