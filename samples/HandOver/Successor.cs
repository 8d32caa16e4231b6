using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Aleph.Actors;
using Aleph.Actors.Http;

namespace HandOver;

/// <summary>The next process: started with our socket, and our reason to drain once it accepts.</summary>
internal sealed class Successor(Socket? mine, InheritedSocket? inherited)
{
    private readonly TaskCompletionSource _accepts = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _started;

    /// <summary>Completes when it accepts.</summary>
    public Task Accepts => _accepts.Task;

    /// <summary>Starts it, once, and answers its process id when it accepts.</summary>
    public async ValueTask<HttpResponse> StartAsync()
    {
        if (Interlocked.Exchange(ref _started, 1) != 0)
            return HttpResponse.Text("There is a successor.", 409);
        var number = mine is null ? inherited!.Share() : InheritedSocket.Share(mine);

        // As this one was started: the runtime's host needs to be told what to run, an executable of its own does not.
        var host = Environment.ProcessPath!;
        string[] program = Path.GetFileNameWithoutExtension(host) == "dotnet"
            ? [typeof(Successor).Assembly.Location]
            : [];
        var process = Process.Start(new ProcessStartInfo(
            host, [.. program, "--inherited", number.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
        })!;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (!line.StartsWith("Listening on http://", StringComparison.Ordinal))
                continue;
            _accepts.TrySetResult();
            return HttpResponse.Text(process.Id.ToString(CultureInfo.InvariantCulture));
        }

        return HttpResponse.Text("The successor ended.", HttpStatus.InternalServerError);
    }
}
