using System.Net.Security;
using System.Security.Authentication;
using Xunit;

namespace Aleph.Actors.Tests.Transports.Tls;

/// <summary>What a client of TLS sends first.</summary>
internal static class ClientHello
{
    public static async Task<byte[]> MakeAsync(SslProtocols version = SslProtocols.None)
    {
        var wire = new HelloStream();
        using var client = new SslStream(wire);
        await Assert.ThrowsAnyAsync<Exception>(() => client.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = "localhost", EnabledSslProtocols = version }));
        return wire.Written.ToArray();
    }

    private sealed class HelloStream : MemoryStream
    {
        public List<byte> Written { get; } = [];

        public override ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Written.AddRange(buffer.Span);
            return default;
        }
    }
}
