using System.IO.Pipelines;
using Akka;
using Akka.IO;
using Akka.Streams.Dsl;
using Aleph.Actors.Tcp;
using Aleph.Actors.Tcp.Streams;

namespace Aleph.Actors;

/// <summary>
/// A connection in the hands of one piece of code: a raw TCP handler, a client, a tunnel, a protocol after an upgrade.
/// It is read and written by one face for each direction: pipes, a <see cref="Stream"/>, messages, or the elements of
/// an Akka.Streams graph; the first one used is the one, another throws an <see cref="InvalidOperationException"/>.
/// Back-pressure holds both ways. One reader at a time, on any threads; of the messages, any number of senders.
/// </summary>
/// <remarks>
/// Input ends when the peer sends no more, or when the server drains; it fails with a
/// <see cref="ConnectionEndedException"/> when the connection broke. Completing the output sends what was written, then
/// FIN; reading goes on. When the peer has ended, too, the connection closes; what came before can still be read.
/// Completing the output with an exception resets the connection. Completing the input discards what the peer still
/// sends.
/// </remarks>
public sealed class DuplexConnection : IDuplexPipe, IAsyncDisposable
{
    private readonly DuplexPipes _pipes;
    private readonly DuplexControl _control;
    private readonly DuplexMessages _messages;
    private readonly DuplexClaim _reading = new("read");
    private readonly DuplexClaim _writing = new("written");
    private volatile Task? _securing;

    internal DuplexConnection(DuplexPipes pipes, DuplexControl control)
    {
        (_pipes, _control) = (pipes, control);
        _messages = new DuplexMessages(pipes);
        Source = Akka.Streams.Dsl.Source.FromGraph(
            new PipeSource(() => _reading.TakeOnce(DuplexClaim.Elements), pipes.Input.Reader, Abort));
        Sink = Akka.Streams.Dsl.Sink.FromGraph(
            new PipeSink(() => _writing.TakeOnce(DuplexClaim.Elements), pipes.Output.Writer, Abort));
    }

    /// <summary>Who is connected to whom, and what TLS agreed on, ALPN included.</summary>
    public ConnectionInfo Info => _control.Info;

    /// <summary>
    /// Whether the peer's end, once a read has shown it, came without a TLS close_notify: what came before may not be
    /// all that was sent, so a length that only the end tells is not to be trusted. False before, and without TLS.
    /// </summary>
    public bool IsInputTruncated => _control.IsInputTruncated;

    /// <summary>
    /// Cancelled when the connection has broken before the code that runs on it was done. Callbacks run on the thread
    /// pool.
    /// </summary>
    public CancellationToken Aborted => _control.Aborted;

    /// <summary>Completes when the connection has ended, with how. Never fails.</summary>
    public Task<ConnectionEnd> Completion => _control.Completion;

    /// <summary>The bytes that the peer sent. Completing it discards what is still to come.</summary>
    /// <exception cref="InvalidOperationException">Another face reads.</exception>
    public PipeReader Input
    {
        get
        {
            _reading.Take(DuplexClaim.Pipe);
            return _pipes.Input.Reader;
        }
    }

    /// <summary>The bytes to send. They leave with <see cref="PipeWriter.FlushAsync"/>.</summary>
    /// <exception cref="InvalidOperationException">Another face writes.</exception>
    public PipeWriter Output
    {
        get
        {
            _writing.Take(DuplexClaim.Pipe);
            return _pipes.Output.Writer;
        }
    }

    /// <summary>
    /// What the peer sends, as elements; cancelling it discards the rest. It can be materialised once; a second time
    /// throws an <see cref="InvalidOperationException"/>, as does another face that reads.
    /// </summary>
    public Source<ByteString, NotUsed> Source { get; }

    /// <summary>
    /// What is to be sent, as elements: completing it half-closes, failing it resets the connection. It can be
    /// materialised once; a second time throws an <see cref="InvalidOperationException"/>, as does another face that
    /// writes.
    /// </summary>
    public Sink<ByteString, NotUsed> Sink { get; }

    /// <summary>Both directions as one stream: each write is flushed. Disposing it disposes the connection.</summary>
    /// <exception cref="InvalidOperationException">Another face reads or writes.</exception>
    public Stream AsStream()
    {
        _reading.Take(DuplexClaim.Stream);
        _writing.Take(DuplexClaim.Stream);
        return new DuplexStream(this, _pipes);
    }

    /// <summary>
    /// Sends a message: its bytes, without any frame. Messages of several callers leave one after another. One that is
    /// sent while TLS begins waits for it, and is not sent if TLS fails.
    /// </summary>
    /// <param name="bytes">What to send; not used after the answer.</param>
    /// <param name="cancellation">Ends the wait for room; the bytes may then be sent or not.</param>
    /// <returns>True when the connection has taken them; false when it has ended.</returns>
    /// <exception cref="InvalidOperationException">Another face writes, or the output is completed.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public ValueTask<bool> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation = default)
    {
        if (_securing is { } securing)
            return SendAfterAsync(securing, bytes, cancellation);
        _writing.Take(DuplexClaim.Messages);
        return _messages.SendAsync(bytes, cancellation);
    }

    /// <summary>
    /// Receives a message: what has come since the last one, usually what one read of the socket brought, at least one
    /// byte. Reading pauses while 256 KiB wait to be received.
    /// </summary>
    /// <param name="cancellation">Ends the wait; nothing is lost.</param>
    /// <returns>The bytes, the caller's own; empty at the end, and when the connection is disposed meanwhile.</returns>
    /// <exception cref="InvalidOperationException">Another face reads, or two calls do at a time.</exception>
    /// <exception cref="ConnectionEndedException">The connection broke.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public ValueTask<ReadOnlyMemory<byte>> ReceiveAsync(CancellationToken cancellation = default)
    {
        _reading.Take(DuplexClaim.Messages);
        return _messages.ReceiveAsync(cancellation);
    }

    /// <summary>Receives messages until the end, as <see cref="ReceiveAsync"/> does.</summary>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="InvalidOperationException">Another face reads.</exception>
    public IAsyncEnumerable<ReadOnlyMemory<byte>> ReceiveAllAsync(CancellationToken cancellation = default)
    {
        _reading.Take(DuplexClaim.Messages);
        return _messages.ReceiveAllAsync(cancellation);
    }

    /// <summary>
    /// Begins TLS as the server, in the midst of the connection (STARTTLS): what was sent so far leaves in clear, what
    /// the peer sent that nobody has read is taken for TLS, so that plain text sent too early never passes for
    /// decrypted (RFC 3207, section 4.2). Nobody may read or send until this has completed. Then both directions may be
    /// used by any face, also by another than before; a face that was in use goes on.
    /// </summary>
    /// <param name="settings">How. Certificates are loaded at the first use of a record, which blocks on their files:
    /// keep the record.</param>
    /// <returns>Who is connected to whom, and what TLS agreed on; <see cref="Info"/> from now on.</returns>
    /// <exception cref="CertificateException">A certificate cannot be loaded, or the server's settings have none; the
    /// connection is as before.</exception>
    /// <exception cref="InvalidOperationException">An Akka.Streams graph uses the connection, a read is under way, a
    /// direction is over, or TLS is beginning already; the connection is as before.</exception>
    /// <exception cref="ConnectionEndedException">The handshake failed or took longer than
    /// <see cref="TlsServerSettings.HandshakeTimeout"/>, and the connection has ended.</exception>
    public Task<ConnectionInfo> StartTlsAsync(TlsServerSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return StartTlsAsync(StartTlsExtensions.Layer(settings, _control.Time));
    }

    /// <summary>
    /// Begins TLS as the client, as <see cref="StartTlsAsync(TlsServerSettings)"/> does as the server.
    /// </summary>
    /// <param name="settings">How. Certificates are loaded at the first use of a record, as above.</param>
    /// <param name="host">The server's name: asked for by SNI, and verified unless the settings say otherwise.</param>
    /// <inheritdoc cref="StartTlsAsync(TlsServerSettings)" path="/returns"/>
    /// <inheritdoc cref="StartTlsAsync(TlsServerSettings)" path="/exception"/>
    public Task<ConnectionInfo> StartTlsAsync(TlsClientSettings settings, string host)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentException.ThrowIfNullOrEmpty(host);
        return StartTlsAsync(StartTlsExtensions.Layer(settings, host, _control.Time));
    }

    /// <summary>
    /// Completes the output, whatever its face: what was written is sent, then FIN. Harmless when repeated; any thread.
    /// </summary>
    public void CompleteOutput() => _pipes.Output.Writer.Complete();

    /// <summary>Drops what is unsent and resets the connection. Any thread; harmless when repeated.</summary>
    public void Abort() => _control.Abort();

    /// <summary>
    /// Completes both directions: what was written is sent, then the connection half-closes. It closes when the code
    /// that runs on it has ended, too (for a client that is now) and the peer has ended or let
    /// <see cref="ConnectionSettings.LingerTimeout"/> pass. Does not wait for that: see <see cref="Completion"/>.
    /// Harmless when repeated.
    /// </summary>
    public ValueTask DisposeAsync()
    {
        Release();
        return ValueTask.CompletedTask;
    }

    /// <summary>It was disposed.</summary>
    internal Task Released => _control.Released;

    internal void Release()
    {
        _pipes.Output.Writer.Complete();

        // A read that is under way would wait for ever.
        _pipes.Input.Reader.CancelPendingRead();
        _pipes.Input.Reader.Complete();
        _control.Release();
    }

    /// <summary>
    /// Puts a layer (TLS) around the transport: what was written so far is sent without it, and what the peer sent that
    /// nobody has read is given to it. Nobody may read or write until this has completed.
    /// </summary>
    /// <returns>Who is connected to whom, once the layer has opened.</returns>
    /// <exception cref="InvalidOperationException">A read is under way, the input is over, or another layer is
    /// opening.</exception>
    /// <exception cref="ConnectionEndedException">The layer did not open, and the connection has ended.</exception>
    internal Task<ConnectionInfo> ReplaceTransportAsync(Func<ITransport, ITransport> layer) => _control.Replace(layer);

    private async Task<ConnectionInfo> StartTlsAsync(Func<ITransport, ITransport> layer)
    {
        // A graph reads in advance and cannot give back what it took.
        _reading.Refuse(DuplexClaim.Elements);
        _writing.Refuse(DuplexClaim.Elements);
        var replaced = ReplaceTransportAsync(layer);
        _securing = replaced;
        try
        {
            var info = await replaced.ConfigureAwait(false);
            _reading.Release();
            _writing.Release();
            return info;
        }
        finally
        {
            _securing = null;
        }
    }

    private async ValueTask<bool> SendAfterAsync(
        Task securing, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        await securing.WaitAsync(cancellation).ConfigureAwait(false);
        _writing.Take(DuplexClaim.Messages);
        return await _messages.SendAsync(bytes, cancellation).ConfigureAwait(false);
    }
}
