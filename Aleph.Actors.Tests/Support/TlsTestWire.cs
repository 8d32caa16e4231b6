using System.Net.Security;
using System.Security.Authentication;
using Aleph.Actors.Transports.Tls;

namespace Aleph.Actors.Tests.Support;

/// <summary>TLS over another wire: our transport is the server, the peer a client of the runtime.</summary>
internal sealed class TlsTestWire(IWire wire, SslProtocols protocols) : IWire
{
    private static readonly TlsServerContext Server = new(new TlsServerSettings
    {
        Certificate = TlsCertificate.From(DevelopmentCertificate.Create()),
    });

    public void Use(Akka.Actor.ActorSystem system) => wire.Use(system);

    public async Task<(ITransport Transport, IWirePeer Peer)> ConnectAsync(
        ConnectionSettings settings, TimeProvider time)
    {
        var (transport, peer) = await wire.ConnectAsync(settings, time);
        return (new TlsTransport(transport, Server, time), new Peer(peer, protocols));
    }

    private sealed class Peer : IWirePeer
    {
        private readonly IWirePeer _below;
        private readonly SslStream _tls;
        private readonly Task _handshake;

        public Peer(IWirePeer below, SslProtocols protocols)
        {
            _below = below;
            _tls = new SslStream(new WireStream(below));
            _handshake = _tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                EnabledSslProtocols = protocols,
                RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
            });
        }

        public async Task WriteAsync(ReadOnlyMemory<byte> bytes)
        {
            await _handshake;
            await _tls.WriteAsync(bytes);
        }

        public async Task<int> ReadAsync(Memory<byte> to)
        {
            await _handshake;
            return await _tls.ReadAsync(to);
        }

        public void HalfClose() => _ = HalfCloseAsync();

        public void Reset() => _below.Reset();

        public void Dispose() => _below.Dispose();

        // A failure shows as an end that the test waits for.
        private async Task HalfCloseAsync()
        {
            await _handshake;
            await _tls.ShutdownAsync();
            _below.HalfClose();
        }
    }
}

/// <summary>A peer as a stream, for the TLS of the runtime.</summary>
internal sealed class WireStream(IWirePeer peer) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    // An empty buffer asks to wait for bytes; a read with a real one follows, and waits as well.
    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        buffer.Length == 0 ? 0 : await peer.ReadAsync(buffer);

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => await peer.WriteAsync(buffer);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            peer.Dispose();
        base.Dispose(disposing);
    }
}
