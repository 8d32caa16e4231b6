using Akka;
using Akka.IO;
using Akka.Streams.Dsl;
using Akka.Util;

namespace Aleph.Actors.Http.WebSocketFaces;

/// <summary>
/// A flow, materialised once: messages of the peer go in, what comes out is sent. When it completes, the WebSocket is
/// closed with 1000; when it fails, with 1011; when it cancels its input, the rest of that is thrown away.
/// </summary>
internal sealed class FlowFace
{
    private readonly WebSocketConnection _socket;
    private readonly Inbox _inbox;
    private readonly int _strictLimit;
    private StreamedMessage? _streamed;

    private FlowFace(WebSocketConnection socket, Inbox inbox)
    {
        _socket = socket;
        _inbox = inbox;
        _strictLimit = socket.Driver.Spec.Settings.StrictLimit;
    }

    public static WebSocketFace Create(
        WebSocketSettings settings, Flow<WebSocketMessage, WebSocketMessage, NotUsed> flow) => TaskFace.Create(
        settings, (socket, inbox) => new FlowFace(socket, inbox).RunAsync(flow));

    private async Task RunAsync(Flow<WebSocketMessage, WebSocketMessage, NotUsed> flow)
    {
        var materializer = _socket.Driver.Channel.System.Http().Materializer;
        var sent = Source.UnfoldAsync(this, static face => face.NextAsync())
            .WatchTermination((unused, ended) =>
            {
                _ = DiscardAfterAsync(ended);
                return unused;
            })
            .Via(flow)
            .RunWith(Sink.ForEachAsync<WebSocketMessage>(1, SendAsync), materializer);
        await sent.ConfigureAwait(false);
    }

    private async Task<Option<(FlowFace, WebSocketMessage)>> NextAsync()
    {
        if (_streamed is { } streamed)
            await streamed.Read.ConfigureAwait(false);
        _streamed = null;
        var pieces = new List<MessagePiece>();
        var size = 0L;
        while (await _inbox.NextAsync(CancellationToken.None).ConfigureAwait(false) is { } piece)
        {
            pieces.Add(piece);
            size += piece.Bytes.Length;
            if (piece.IsLast)
                return (this, WebSocketMessage.Assemble(pieces));
            if (size <= _strictLimit)
                continue;
            _streamed = new StreamedMessage(_inbox, pieces);
            return (this, piece.IsText
                ? WebSocketMessage.StreamedUtf8(_streamed.Source)
                : WebSocketMessage.Streamed(_streamed.Source));
        }

        var close = _inbox.End ?? default;
        return _socket.IsOrderly(close)
            ? Option<(FlowFace, WebSocketMessage)>.None
            : throw new WebSocketClosedException(close);
    }

    private async Task SendAsync(WebSocketMessage message)
    {
        if (message.Source is not { } source)
        {
            await _socket.SendAsync(message).ConfigureAwait(false);
            return;
        }

        // The message is its parts' owner: nothing else may go between them.
        var materializer = _socket.Driver.Channel.System.Http().Materializer;
        await source.RunWith(
            Sink.ForEachAsync<ByteString>(1, part => PartAsync(message, part.ToArray(), isLast: false)),
            materializer).ConfigureAwait(false);
        await PartAsync(message, default, isLast: true).ConfigureAwait(false);
    }

    private Task PartAsync(WebSocketMessage message, ReadOnlyMemory<byte> part, bool isLast) => _socket.SendAsync(
        part, message.IsText, message.Compress, CancellationToken.None, owner: message, isLast).AsTask();

    private async Task DiscardAfterAsync(Task ended)
    {
        await ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _socket.Driver.DiscardSoon();
    }
}
