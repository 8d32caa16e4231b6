using System.Text;
using Akka.Actor;
using Aleph.Actors.Http;
using Spectre.Console;

namespace Fetch;

/// <summary>One request: its answer goes to standard output or into a file, all else to standard error.</summary>
internal static class OneRequest
{
    private static readonly IAnsiConsole Errors =
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });

    public static async Task<int> RunAsync(ActorSystem system, Arguments arguments, CancellationToken cancellation)
    {
        try
        {
            await using var client = system.Http().CreateClient(arguments.Settings());
            var request = arguments.Request();
            if (arguments.IsVerbose)
                Say(Describe(request));
            using var response = await client.SendAsync(request, cancellation);
            if (arguments.IsVerbose)
                Say(Describe(response));
            if (arguments.ShowsHead)
                await WriteAsync(Encoding.Latin1.GetBytes(
                    $"{StatusLine(response)}\n{Prefixed("", response.Headers)}\n"));
            if (arguments.File is { } file)
                await SaveAsync(response, file, cancellation);
            else
                await PrintAsync(response, cancellation);
            if (arguments.IsVerbose)
                Say(Describe(response.Info!.Timings));
            return 0;
        }
        catch (Exception fault) when (fault is IOException or ArgumentException or OperationCanceledException
            or UnauthorizedAccessException)
        {
            Say($"Fetch: {fault.Message}");
            return 1;
        }
    }

    private static async Task PrintAsync(HttpResponse response, CancellationToken cancellation)
    {
        await foreach (var element in response.Body.ReadElementsAsync(cancellation))
            await WriteAsync(element);
    }

    private static Task SaveAsync(HttpResponse response, string file, CancellationToken cancellation) =>
        Errors.Progress()
            .Columns(
                new TaskDescriptionColumn(), new ProgressBarColumn(), new DownloadedColumn(), new TransferSpeedColumn(),
                new RemainingTimeColumn())
            .StartAsync(async progress =>
            {
                var length = response.Body.Length;
                var task = progress.AddTask(Markup.Escape(Path.GetFileName(file)), maxValue: length ?? 1);
                task.IsIndeterminate = length is null;
                var total = await response.ReadToFileAsync(file, new Reporter(task, length is null), cancellation);
                task.MaxValue = total;
                task.Value = total;
            });

    private static async Task WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        await using var output = Console.OpenStandardOutput();
        await output.WriteAsync(bytes);
    }

    private static void Say(string text) => Console.Error.WriteLine(text);

    private static string StatusLine(HttpResponse response) =>
        $"HTTP/{response.Info!.Version} {response.Status.Code} {response.ReasonPhrase ?? response.Status.ReasonPhrase}";

    private static string Describe(HttpResponse response)
    {
        var info = response.Info!;
        var text = new StringBuilder();
        foreach (var url in info.Trail)
            text.AppendLine($"* redirected from {url}");
        text.AppendLine($"* {info.Connection?.LocalEndPoint} to {info.Connection?.RemoteEndPoint}");
        if (info.Connection?.Tls is { } tls)
            text.AppendLine($"* {tls.Protocol} {tls.CipherSuite}");
        return text.Append($"< {StatusLine(response)}\n{Prefixed("< ", response.Headers)}<").ToString();
    }

    private static string Describe(HttpRequest request) =>
        $"> {request.Method} {request.Target} HTTP/1.1\n> Host: {request.Host}\n{Prefixed("> ", request.Headers)}>";

    private static string Describe(RequestTimings timings) =>
        $"* connection {Milliseconds(timings.Queued)}, head {Milliseconds(timings.FirstByte)}, " +
        $"all {Milliseconds(timings.LastByte)}";

    private static string Milliseconds(TimeSpan? time) => $"{time?.TotalMilliseconds:0.0} ms";

    private static string Prefixed(string prefix, HttpHeaders headers) =>
        string.Concat(headers.Select(x => $"{prefix}{x.Name}: {x.Value}\n"));

    private sealed class Reporter(ProgressTask task, bool isEndless) : IProgress<long>
    {
        public void Report(long value)
        {
            if (isEndless)
                task.MaxValue = value + 1;
            task.Value = value;
        }
    }
}
