using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Transports.Tls;

/// <summary>
/// What a client is told whose certificate the server refuses. With TLS 1.3 it has finished before that, so the
/// refusal comes on an open connection.
/// </summary>
public sealed class RefusedClientTests : TlsHarness
{
    /// <summary>OpenSSL says by an alert why it refuses (RFC 8446 4.4.2.4).</summary>
    [SkippableTheory]
    [InlineData(false, "certificate required")]
    [InlineData(true, "unknown ca")]
    public async Task An_alert_after_the_handshake_is_the_typed_reason(bool shows, string alert)
    {
        Tool.OpenSsl.Require();
        var folder = Directory.CreateTempSubdirectory("aleph");
        using var openssl = StartServer(folder.FullName);
        try
        {
            var remote = await EndPointAsync(openssl);
            var unknown = TestPki.Unknown;
            var protocol = new ScriptedProtocol();
            await ConnectAsync(
                remote,
                Client with
                {
                    Protocols = SslProtocols.Tls13,
                    Certificate = shows ? TlsCertificate.From(unknown.Client("mallory")) : null,
                },
                protocol);
            var end = await protocol.Ended.Within("the refused connection ended");

            Assert.Equal(ConnectionEndReason.HandshakeFailed, end.Reason);
            var cause = Assert.IsType<TlsException>(end.Cause);
            Assert.Equal(TlsFailure.PeerAlert, cause.Failure);
            Assert.Contains(alert, cause.Message, StringComparison.Ordinal);
        }
        finally
        {
            openssl.Kill();
            folder.Delete(recursive: true);
        }
    }

    /// <summary>What docs/guide/tls.md says of .NET's own check: nothing but an end.</summary>
    [SkippableFact]
    public async Task The_check_of_the_runtime_closes_without_an_alert_on_Linux()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Elsewhere the runtime may send one.");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var refusing = RefuseAsync(listener);
        var truncated = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var protocol = new ScriptedProtocol
        {
            PeerClose = connection =>
            {
                truncated.SetResult(connection.IsInputTruncated);
                connection.Close(ConnectionEnd.Completed);
            },
        };
        await ConnectAsync(
            listener.LocalEndpoint,
            Client with { Protocols = SslProtocols.Tls13, Certificate = Pki.With(Pki.Client("alice")) },
            protocol);
        var sent = await refusing.Within("the server refused");

        Assert.True(await truncated.Task.Within("the client saw the end"));
        Assert.Equal(0, sent);
    }

    // How many bytes the server sends from the moment of its check on.
    private static async Task<long> RefuseAsync(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync();
        await using var wire = new CountingStream(client.GetStream());
        await using var tls = new SslStream(wire);
        var before = -1L;
        await Assert.ThrowsAsync<AuthenticationException>(() => tls.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions
            {
                ServerCertificateContext = SslStreamCertificateContext.Create(
                    Pki.Server("localhost"), [Pki.Intermediate], offline: true),
                ClientCertificateRequired = true,
                RemoteCertificateValidationCallback = (_, _, _, _) =>
                {
                    before = wire.Written;
                    return false;
                },
            }));
        return wire.Written - before;
    }

    private static Process StartServer(string folder)
    {
        var leaf = Pki.Server("localhost", "127.0.0.1");
        File.WriteAllText(
            $"{folder}/chain.pem", leaf.ExportCertificatePem() + "\n" + Pki.Intermediate.ExportCertificatePem());
        using var key = leaf.GetECDsaPrivateKey()!;
        File.WriteAllText($"{folder}/key.pem", key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText($"{folder}/root.pem", Pki.Root.ExportCertificatePem());
        return Tool.OpenSsl.Start(
            "s_server", "-accept", "127.0.0.1:0", "-cert", $"{folder}/chain.pem", "-cert_chain", $"{folder}/chain.pem",
            "-key", $"{folder}/key.pem", "-CAfile", $"{folder}/root.pem", "-tls1_3", "-Verify", "3",
            "-verify_return_error");
    }

    private static async Task<IPEndPoint> EndPointAsync(Process openssl)
    {
        const string said = "ACCEPT ";
        while (await openssl.StandardOutput.ReadLineAsync().Within("openssl listened") is { } line)
        {
            if (line.StartsWith(said, StringComparison.Ordinal) && line.Contains(':', StringComparison.Ordinal))
                return IPEndPoint.Parse(line[said.Length..].Trim());
        }

        throw new IOException(await openssl.StandardError.ReadToEndAsync());
    }

    private sealed class CountingStream(Stream inner) : Stream
    {
        public long Written { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation = default) =>
            inner.ReadAsync(buffer, cancellation);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellation = default)
        {
            Written += buffer.Length;
            return inner.WriteAsync(buffer, cancellation);
        }

        public override Task FlushAsync(CancellationToken cancellation) => inner.FlushAsync(cancellation);

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
