using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Aleph.Actors;

/// <summary>What a TLS handshake agreed on.</summary>
/// <param name="Protocol">The TLS version.</param>
/// <param name="CipherSuite">The cipher suite.</param>
/// <param name="ApplicationProtocol">The ALPN protocol, or null where none was negotiated.</param>
/// <param name="ServerName">The name that the client asked for by SNI, or null.</param>
/// <param name="PeerCertificate">The peer's certificate, or null.</param>
public sealed record TlsSession(
    SslProtocols Protocol,
    TlsCipherSuite CipherSuite,
    string? ApplicationProtocol,
    string? ServerName,
    X509Certificate2? PeerCertificate);
