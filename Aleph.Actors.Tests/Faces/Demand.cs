using System.Threading.Channels;
using Reactive.Streams;

namespace Aleph.Actors.Tests.Faces;

/// <summary>A subscriber that asks for exactly what the test asks it for.</summary>
internal sealed class Demand<T> : ISubscriber<T>
{
    private readonly TaskCompletionSource<ISubscription> _subscription = new();
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<T> _elements = Channel.CreateUnbounded<T>();

    /// <summary>Completes, or fails, with the stream.</summary>
    public Task End => _end.Task;

    public async Task AskForAsync(long count) => (await _subscription.Task).Request(count);

    public async Task CancelAsync() => (await _subscription.Task).Cancel();

    public Task<T> NextAsync() => _elements.Reader.ReadAsync().AsTask();

    public void OnSubscribe(ISubscription subscription) => _subscription.TrySetResult(subscription);

    public void OnNext(T element) => _elements.Writer.TryWrite(element);

    public void OnError(Exception cause) => _end.TrySetException(cause);

    public void OnComplete() => _end.TrySetResult();
}
