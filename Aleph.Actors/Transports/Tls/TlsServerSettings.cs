using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Akka.Configuration;
using Aleph.Actors.Transports.Tls;

namespace Aleph.Actors;

/// <summary>
/// How a server does TLS. The manual of every key is <c>hocon/aleph.conf</c>, section <c>aleph.tcp.tls</c>; the
/// defaults here are the same. Immutable: change with <c>with</c>. Renegotiation is always off.
/// </summary>
public sealed record TlsServerSettings
{
    // First: the defaults are made with it.
    private static IReadOnlyDictionary<string, TlsCertificate> NoNames { get; } =
        new Dictionary<string, TlsCertificate>();

    /// <summary>The defaults, which lack a certificate.</summary>
    public static TlsServerSettings Default { get; } = new();

    /// <summary>
    /// What clients are shown that ask for no name, or for one that is not in <see cref="ServerNames"/>. Needed.
    /// </summary>
    public TlsCertificate? Certificate { get; init; }

    /// <summary>
    /// The certificates by the name that a client asks for (SNI). A key is a name, or a wildcard such as
    /// <c>*.example.org</c>, which stands for exactly one label. Names come before wildcards. Default empty.
    /// </summary>
    public IReadOnlyDictionary<string, TlsCertificate> ServerNames { get; init; } = NoNames;

    /// <summary>
    /// The application protocols (ALPN) in the order of preference, 1 to 255 bytes each. A client that offers others
    /// only is refused with the alert 120; one that offers none is not. Default empty: no ALPN.
    /// </summary>
    public IReadOnlyList<string> ApplicationProtocols { get; init; } = [];

    /// <summary>What is asked of clients. Default none.</summary>
    public ClientCertificateMode ClientCertificates { get; init; }

    /// <summary>
    /// Decides about each client certificate instead of the usual check, whose findings it gets; also about a client
    /// that shows none, if one is required. Called on the thread pool. An exception refuses. Default null.
    /// </summary>
    public RemoteCertificateValidationCallback? ValidateClientCertificate { get; init; }

    /// <summary>The roots that client certificates must lead to. Default the system's.</summary>
    public TlsTrust Trust { get; init; } = TlsTrust.System;

    /// <summary>Whether and how client certificates are looked up as revoked. Default not at all.</summary>
    public X509RevocationMode Revocation { get; init; } = X509RevocationMode.NoCheck;

    /// <summary>TLS 1.2, TLS 1.3, or both, the default. Nothing older is spoken.</summary>
    public SslProtocols Protocols { get; init; } = TlsOptions.Modern;

    /// <summary>
    /// How long a handshake may take, and how long a new connection may be silent before it, above 0; null for no
    /// limit. Default 10 s.
    /// </summary>
    public TimeSpan? HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How often the files of certificates are looked at, 10 ms to 1 day; changed ones are used for new connections
    /// once they can be loaded. Null for never. Default 10 s.
    /// </summary>
    public TimeSpan? WatchInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Changes what these settings came to, before it is used: cipher suites, session resumption, and so on. Called at
    /// each loading of the certificates, once for each of them, on any thread. Default null.
    /// </summary>
    public Action<SslServerAuthenticationOptions>? Configure { get; init; }

    /// <summary>
    /// Reads the section <c>aleph.tcp.tls</c>, and the defaults where it is silent; null where it names no certificate.
    /// </summary>
    /// <param name="config">A whole configuration, such as <c>system.Settings.Config</c>.</param>
    /// <exception cref="ConfigurationException">A value cannot be read.</exception>
    public static TlsServerSettings? FromConfig(Config config) =>
        TlsSettingsReader.ReadServer(CheckedConfig.Over(config, AlephConfig.Reference, "aleph.tcp"));

    /// <summary>All that is wrong with these settings, one sentence each; empty when they are good. Loads the
    /// certificates, so that a missing file or a wrong password shows.</summary>
    public IReadOnlyList<string> Validate()
    {
        var faults = new SettingsFaults("aleph.tcp.tls");
        if (Certificate is null && Configure is null)
            faults.Add("certificate", null, "it must name a certificate");
        TlsOptions.ValidateCommon(faults, Protocols, HandshakeTimeout, ApplicationProtocols);
        TlsOptions.ValidateLoads(faults, "certificate", Certificate);
        foreach (var (name, certificate) in ServerNames ?? NoNames)
        {
            if (!TlsServerNames.IsKey(name))
                faults.Add("server-names", name, "it must be a host name, or a wildcard such as *.example.org");
            TlsOptions.ValidateLoads(faults, $"server-names.{name}", certificate);
        }

        if (ServerNames is null)
            faults.Add("server-names", null, "it must be a table, which may be empty");
        TlsOptions.ValidateTrust(faults, Trust, Revocation);
        if (!Enum.IsDefined(ClientCertificates))
            faults.Add("client-certificates", (int)ClientCertificates, "it must be none, optional or required");
        if (WatchInterval is { } interval)
            faults.Between("watch-interval", interval, TimeSpan.FromMilliseconds(10), TimeSpan.FromDays(1));
        return faults.All;
    }
}
