using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace Aleph.Actors.Transports.Tls;

/// <summary>Reads the settings of TLS from HOCON. Whether they are good is the records' own business.</summary>
internal static class TlsSettingsReader
{
    private const string Server = "aleph.tcp.tls";
    private const string Client = "aleph.tcp.client.tls";

    /// <summary>Null while the section names no certificate.</summary>
    public static TlsServerSettings? ReadServer(Config root)
    {
        var tls = root.GetConfig(Server);
        return CertificateOf(tls, Server) is not { } certificate ? null : new TlsServerSettings
        {
            Certificate = certificate,
            ServerNames = NamesOf(tls),
            ApplicationProtocols = ListOf(tls, "application-protocols"),
            ClientCertificates = ModeOf(tls),
            Trust = TrustOf(tls),
            Revocation = RevocationOf(tls, Server),
            Protocols = ProtocolsOf(tls, Server),
            HandshakeTimeout = TimeOf(tls, "handshake-timeout"),
            WatchInterval = TimeOf(tls, "watch-interval"),
        };
    }

    /// <summary>Null while the section is off.</summary>
    public static TlsClientSettings? ReadClient(Config root)
    {
        var tls = root.GetConfig(Client);
        return !tls.GetBoolean("enabled") ? null : new TlsClientSettings
        {
            ServerName = tls.GetString("server-name") is { Length: > 0 } name ? name : null,
            VerifyHostName = tls.GetBoolean("verify-host-name"),
            TrustEveryoneInsecurely = tls.GetBoolean("trust-everyone-insecurely"),
            Certificate = CertificateOf(tls, Client),
            ApplicationProtocols = ListOf(tls, "application-protocols"),
            Trust = TrustOf(tls),
            Revocation = RevocationOf(tls, Client),
            Protocols = ProtocolsOf(tls, Client),
            HandshakeTimeout = TimeOf(tls, "handshake-timeout"),
        };
    }

    private static TlsCertificate? CertificateOf(Config section, string path)
    {
        var file = section.GetString("certificate", "");
        var password = section.GetString("password", "") is { Length: > 0 } set ? set : null;
        var store = section.GetConfig("store");
        if (file.EndsWith(".pfx", StringComparison.OrdinalIgnoreCase)
            || file.EndsWith(".p12", StringComparison.OrdinalIgnoreCase))
        {
            return TlsCertificate.FromPfx(file, password);
        }

        if (file.Length > 0)
            return TlsCertificate.FromPem(file, section.GetString("key", ""), password);
        return store is null ? null : StoredCertificateOf(store, path);
    }

    private static TlsCertificate? StoredCertificateOf(Config store, string path)
    {
        var (name, text) = (store.GetString("name", "My"), store.GetString("location", "CurrentUser"));
        if (!Enum.TryParse<StoreLocation>(text, ignoreCase: true, out var location))
        {
            throw new ConfigurationException(
                $"{path}.store.location is {text}; it must be CurrentUser or LocalMachine");
        }

        if (store.GetString("thumbprint", "") is { Length: > 0 } thumbprint)
            return TlsCertificate.FromStore(thumbprint, name, location);
        return store.GetString("subject", "") is { Length: > 0 } subject
            ? TlsCertificate.FromStoreBySubject(subject, name, location)
            : null;
    }

    private static IReadOnlyDictionary<string, TlsCertificate> NamesOf(Config section)
    {
        var entries = section.GetValue("server-names").GetArray();
        if (entries.Count == 0)
            return TlsServerSettings.Default.ServerNames;
        var names = new Dictionary<string, TlsCertificate>(StringComparer.OrdinalIgnoreCase);
        foreach (var entry in entries)
        {
            var config = new Config(new HoconRoot(entry));
            var name = config.GetString("name", "");
            names[name] = CertificateOf(config, $"{Server}.server-names") ?? throw new ConfigurationException(
                $"{Server}.server-names has {name} without a certificate; " +
                "each entry must have a name and a certificate");
        }

        return names;
    }

    private static IReadOnlyList<string> ListOf(Config section, string key) =>
        section.GetStringList(key) is { Count: > 0 } list ? [.. list] : [];

    private static TlsTrust TrustOf(Config section) =>
        section.GetString("trust") is { Length: > 0 } file ? TlsTrust.FromPem(file) : TlsTrust.System;

    private static TimeSpan? TimeOf(Config section, string key) =>
        section.GetTimeSpan(key) is var time && time == Timeout.InfiniteTimeSpan ? null : time;

    private static ClientCertificateMode ModeOf(Config section) => section.GetString("client-certificates") switch
    {
        "none" => ClientCertificateMode.None,
        "optional" => ClientCertificateMode.Optional,
        "required" => ClientCertificateMode.Required,
        var other => throw new ConfigurationException(
            $"{Server}.client-certificates is {other}; it must be none, optional or required"),
    };

    private static X509RevocationMode RevocationOf(Config section, string path)
    {
        return section.GetString("revocation") switch
        {
            "none" => X509RevocationMode.NoCheck,
            "offline" => X509RevocationMode.Offline,
            "online" => X509RevocationMode.Online,
            var other => throw new ConfigurationException(
                $"{path}.revocation is {other}; it must be none, offline or online"),
        };
    }

    private static SslProtocols ProtocolsOf(Config section, string path)
    {
        var protocols = SslProtocols.None;
        foreach (var name in section.GetStringList("protocols"))
        {
            protocols |= name switch
            {
                "1.2" => SslProtocols.Tls12,
                "1.3" => SslProtocols.Tls13,
                _ => throw new ConfigurationException($"{path}.protocols has {name}; each must be 1.2 or 1.3"),
            };
        }

        return protocols;
    }
}
