using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Akka.Configuration;
using Aleph.Actors.Transports.Tls;

namespace Aleph.Actors;

/// <summary>
/// How a client does TLS. The manual of every key is <c>hocon/aleph.conf</c>, section <c>aleph.tcp.client.tls</c>; the
/// defaults here are the same. Immutable: change with <c>with</c>. Certificates are loaded at the first use of a
/// record; a copy by <c>with { }</c> loads anew.
/// </summary>
public sealed record TlsClientSettings
{
    /// <summary>The defaults: the system's roots, the server's name is verified.</summary>
    public static TlsClientSettings Default { get; } = new();

    /// <summary>
    /// The name to ask for (SNI) and to find in the server's certificate; null, the default, for the host that is
    /// connected to.
    /// </summary>
    public string? ServerName { get; init; }

    /// <summary>
    /// Whether the server's certificate must be one for its name. Without it, whoever has any trusted certificate can
    /// stand in for the server. Default true.
    /// </summary>
    public bool VerifyHostName { get; init; } = true;

    /// <summary>
    /// Whether no certificate is checked at all, so that anybody in between can read and change everything. For tests
    /// on one machine. Default false.
    /// </summary>
    public bool TrustEveryoneInsecurely { get; init; }

    /// <summary>The roots that the server's certificate must lead to. Default the system's.</summary>
    public TlsTrust Trust { get; init; } = TlsTrust.System;

    /// <summary>Whether and how the server's certificate is looked up as revoked. Default not at all.</summary>
    public X509RevocationMode Revocation { get; init; } = X509RevocationMode.NoCheck;

    /// <summary>
    /// Decides about the server's certificate instead of the usual check, whose findings it gets. Called on the thread
    /// pool. An exception refuses. Default null.
    /// </summary>
    public RemoteCertificateValidationCallback? ValidateServerCertificate { get; init; }

    /// <summary>What a server is shown that asks for a certificate. Default none.</summary>
    public TlsCertificate? Certificate { get; init; }

    /// <summary>
    /// The application protocols (ALPN) that are offered, in the order of preference, 1 to 255 bytes each. Default
    /// empty: no ALPN.
    /// </summary>
    public IReadOnlyList<string> ApplicationProtocols { get; init; } = [];

    /// <summary>TLS 1.2, TLS 1.3, or both, the default. Nothing older is spoken.</summary>
    public SslProtocols Protocols { get; init; } = TlsOptions.Modern;

    /// <summary>
    /// How long a handshake may take, above 0; null for no limit but that of connecting. Default 10 s.
    /// </summary>
    public TimeSpan? HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Changes what these settings came to, before it is used: cipher suites, session resumption, and so on. Called for
    /// each connection, on any thread. Default null.
    /// </summary>
    public Action<SslClientAuthenticationOptions>? Configure { get; init; }

    /// <summary>
    /// Reads the section <c>aleph.tcp.client.tls</c>, and the defaults where it is silent; null where it is off.
    /// </summary>
    /// <param name="config">A whole configuration, such as <c>system.Settings.Config</c>.</param>
    /// <exception cref="ConfigurationException">A value cannot be read.</exception>
    public static TlsClientSettings? FromConfig(Config config) =>
        TlsSettingsReader.ReadClient(CheckedConfig.Over(config, AlephConfig.Reference, "aleph.tcp"));

    /// <summary>All that is wrong with these settings, one sentence each; empty when they are good. Loads the
    /// certificates, so that a missing file or a wrong password shows.</summary>
    public IReadOnlyList<string> Validate()
    {
        if (TlsClientContext.IsLoaded(this))
            return [];
        var faults = new SettingsFaults("aleph.tcp.client.tls");
        if (ServerName is { Length: 0 })
            faults.Add("server-name", "\"\"", "it must be a name, or left out");
        TlsOptions.ValidateCommon(faults, Protocols, HandshakeTimeout, ApplicationProtocols);
        TlsOptions.ValidateLoads(faults, "certificate", Certificate);
        TlsOptions.ValidateTrust(faults, Trust, Revocation);
        return faults.All;
    }
}
