using Akka;
using Akka.IO;
using Akka.Streams.Dsl;
using Akka.Util;

namespace Aleph.Actors.Http.WebSocketFaces;

/// <summary>
/// A received message that is an element before its end has come: its pieces are a source, and whatever of them is not
/// wanted is skipped, so that the next message can come.
/// </summary>
internal sealed class StreamedMessage(Inbox inbox, IEnumerable<MessagePiece> begun)
{
    private readonly Queue<MessagePiece> _begun = new(begun);
    private readonly TaskCompletionSource _read = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task<Option<(NotUsed, ByteString)>>? _pending;
    private bool _hasEnded;

    /// <summary>Ends when the message has been read or skipped.</summary>
    public Task Read => _read.Task;

    public Source<ByteString, NotUsed> Source =>
        Akka.Streams.Dsl.Source.UnfoldAsync(NotUsed.Instance, _ => _pending = NextAsync())
            .WatchTermination((unused, ended) =>
            {
                _ = SkipAsync(ended);
                return unused;
            });

    private async Task<Option<(NotUsed, ByteString)>> NextAsync() => await NextPieceAsync().ConfigureAwait(false) is
    { } piece
        ? (NotUsed.Instance, ByteString.FromBytes(piece.Bytes.ToArray()))
        : Option<(NotUsed, ByteString)>.None;

    private async Task<MessagePiece?> NextPieceAsync()
    {
        if (_hasEnded)
            return null;
        if (!_begun.TryDequeue(out var piece))
        {
            piece = await inbox.NextAsync(CancellationToken.None).ConfigureAwait(false)
                ?? throw new WebSocketClosedException(inbox.End ?? default);
        }

        _hasEnded = piece.IsLast;
        return piece;
    }

    private async Task SkipAsync(Task ended)
    {
        await Settled(ended).ConfigureAwait(false);
        if (_pending is { } pending)
            await Settled(pending).ConfigureAwait(false);
        Task<MessagePiece?> piece;
        do
        {
            piece = NextPieceAsync();
            await Settled(piece).ConfigureAwait(false);
        }
        while (piece is { IsCompletedSuccessfully: true, Result: not null });

        // Where the WebSocket ended meanwhile, whoever asks for the next message learns of it.
        _read.TrySetResult();
    }

    private static async Task Settled(Task task) =>
        await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
