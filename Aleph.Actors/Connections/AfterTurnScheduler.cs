using System.IO.Pipelines;

namespace Aleph.Actors.Connections;

/// <summary>
/// Lets who waits for a pipe's octets, which may be anybody, go on by <see cref="IoDispatcher.RunAfterTurn"/>.
/// </summary>
internal sealed class AfterTurnScheduler : PipeScheduler
{
    public static AfterTurnScheduler Instance { get; } = new();

    /// <inheritdoc/>
    public override void Schedule(Action<object?> action, object? state) =>
        IoDispatcher.RunAfterTurn(new Item(action, state));

    private sealed class Item(Action<object?> action, object? state) : IThreadPoolWorkItem
    {
        public void Execute() => action(state);
    }
}
