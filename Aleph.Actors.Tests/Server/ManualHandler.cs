using System.Collections.Concurrent;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Server;

/// <summary>A handler whose requests wait until the test answers them, by path.</summary>
internal sealed class ManualHandler
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<HttpResponse>> _waiting = new();
    private int _count;

    public ConcurrentQueue<HttpRequest> Requests { get; } = new();

    public ValueTask<HttpResponse> Handle(HttpRequest request)
    {
        Requests.Enqueue(request);
        var answer = _waiting.GetOrAdd(request.Path, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
        Interlocked.Increment(ref _count);
        return new(answer.Task);
    }

    public void Answer(string path) => Answer(path, HttpResponse.Text(path));

    public void Answer(string path, HttpResponse response) => _waiting[path].SetResult(response);

    /// <summary>Waits until exactly so many requests have come.</summary>
    public async Task<HttpRequest> ExpectAsync(int count, TestClient client)
    {
        using var limit = new CancellationTokenSource(Waiting.Patience);
        while (Volatile.Read(ref _count) < count)
        {
            Assert.False(limit.IsCancellationRequested, $"{_count} of {count} requests came");
            await Task.Yield();
        }

        await client.SettleAsync();
        Assert.Equal(count, Volatile.Read(ref _count));
        return Requests.Last();
    }
}
