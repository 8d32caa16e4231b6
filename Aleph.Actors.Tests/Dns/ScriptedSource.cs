using System.Collections.Concurrent;
using System.Net;
using Aleph.Actors.Dns;

namespace Aleph.Actors.Tests.Dns;

/// <summary>A source whose look-ups end when a test says so, or at once with a prepared result.</summary>
internal sealed class ScriptedSource : IDnsSource
{
    private readonly ConcurrentDictionary<string, DnsResult> _prepared = [];
    private readonly ConcurrentDictionary<string, TaskCompletionSource<DnsResult>> _open = [];
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _started = [];
    private int _count;

    /// <summary>How many look-ups were begun.</summary>
    public int Count => Volatile.Read(ref _count);

    public static DnsResult Found(string address, double? ttlSeconds = null) => new DnsResult.Found(
        [IPAddress.Parse(address)], "canonical.example", ttlSeconds is { } s ? TimeSpan.FromSeconds(s) : null);

    public static DnsResult Failed(DnsFailure kind, double? ttlSeconds = null) =>
        new DnsResult.Failed(kind, "scripted", ttlSeconds is { } s ? TimeSpan.FromSeconds(s) : null);

    public void Prepare(string name, DnsResult result) => _prepared[name] = result;

    public Task Started(string name) => StartOf(name).Task;

    public void End(string name, DnsResult result) => _open[name].SetResult(result);

    public void Fault(string name, Exception error) => _open[name].SetException(error);

    public Task<DnsResult> LookUpAsync(HostName name, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _count);
        if (_prepared.TryGetValue(name.Name, out var result))
            return Task.FromResult(result);
        var open = _open[name.Name] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        StartOf(name.Name).TrySetResult();
        return open.Task.WaitAsync(cancellation);
    }

    private TaskCompletionSource StartOf(string name) =>
        _started.GetOrAdd(name, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}
