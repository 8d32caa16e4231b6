using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Aleph.Actors.Http;

namespace Aleph.Actors.Tests.Conformance;

/// <summary>A handler that breaks its promises in one way; any other path than <c>/fault</c> it answers well.</summary>
internal sealed class FaultyHandler(string fault)
{
    public const string Secret = "secret";
    public const string NeverEnds = "a body that never ends";
    public const string NeverAnswers = "never answers";
    private const string Stalls = "a body that stalls";

    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _openBodies;

    public static string[] Faults { get; } =
    [
        "throws at once", "throws later", "answers null", "cancels", "answers with 100", "announces another length",
        "a body that fails at once", "a body that fails midway", "a body that is cancelled", "a pushed body that fails",
        Stalls, NeverEnds, NeverAnswers,
    ];

    public string Fault => fault;

    /// <summary>The fault is about to show.</summary>
    public Task Reached => _reached.Task;

    /// <summary>Whether it goes on until it is released.</summary>
    public bool IsEndless => fault is Stalls or NeverEnds or NeverAnswers;

    /// <summary>Whether its answer begins well and can only be cut off.</summary>
    public bool IsCut => !IsEndless && fault.Contains("body", StringComparison.Ordinal);

    /// <summary>Bodies begun and not disposed.</summary>
    public int OpenBodies => Volatile.Read(ref _openBodies);

    public void Release() => _released.TrySetResult();

    public ValueTask<HttpResponse> HandleAsync(HttpRequest request)
    {
        if (request.Path != "/fault")
            return new(HttpResponse.Text("ok"));
        if (!fault.Contains("body", StringComparison.Ordinal))
            _reached.TrySetResult();
        return fault switch
        {
            "throws at once" => throw new InvalidOperationException(Secret),
            "throws later" => ThrowAsync(),
            "answers null" => new((HttpResponse)null!),
            "cancels" => new(Task.FromCanceled<HttpResponse>(new CancellationToken(canceled: true))),
            "answers with 100" => new(HttpResponse.Of(100)),
            "announces another length" => new(HttpResponse.Text("xyz").WithHeader("Content-Length", "5")),
            NeverAnswers => AnswerAtLastAsync(request),
            "a pushed body that fails" => new(HttpResponse.Of(HttpBody.Write(PushAsync))),
            _ => new(HttpResponse.Of(HttpBody.From(Elements()))),
        };
    }

    private static async ValueTask<HttpResponse> ThrowAsync()
    {
        await Task.Yield();
        throw new InvalidOperationException(Secret);
    }

    private async ValueTask<HttpResponse> AnswerAtLastAsync(HttpRequest request)
    {
        await _released.Task.WaitAsync(request.Aborted);
        return HttpResponse.Text("at last");
    }

    private async Task PushAsync(PipeWriter writer, CancellationToken aborted)
    {
        Interlocked.Increment(ref _openBodies);
        try
        {
            _reached.TrySetResult();
            await writer.WriteAsync("x"u8.ToArray(), aborted);
            throw new InvalidOperationException(Secret);
        }
        finally
        {
            Interlocked.Decrement(ref _openBodies);
        }
    }

    private async IAsyncEnumerable<ReadOnlyMemory<byte>> Elements(
        [EnumeratorCancellation] CancellationToken aborted = default)
    {
        Interlocked.Increment(ref _openBodies);
        try
        {
            _reached.TrySetResult();
            if (fault == "a body that fails at once")
                throw new InvalidOperationException(Secret);
            yield return new byte[1000];
            if (fault == "a body that fails midway")
                throw new InvalidOperationException(Secret);
            if (fault == "a body that is cancelled")
                throw new OperationCanceledException(Secret);
            if (fault == Stalls)
                await _released.Task.WaitAsync(aborted);
            while (fault == NeverEnds && !_released.Task.IsCompleted)
                yield return new byte[10_000];
        }
        finally
        {
            Interlocked.Decrement(ref _openBodies);
        }
    }
}
