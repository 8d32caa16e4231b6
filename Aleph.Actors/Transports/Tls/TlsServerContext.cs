using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;

namespace Aleph.Actors.Transports.Tls;

/// <summary>
/// A server's side of TLS, shared by its connections: the certificates in use now, which can be exchanged while
/// handshakes go on. Any thread.
/// </summary>
internal sealed class TlsServerContext : TlsRole
{
    private static readonly ConditionalWeakTable<TlsServerSettings, TlsServerContext> Loaded = [];

    private Snapshot _current;

    /// <exception cref="CertificateException">A certificate cannot be loaded, or there is none.</exception>
    public TlsServerContext(TlsServerSettings settings) => _current = new Snapshot(settings);

    public override bool IsServer => true;

    public override TimeSpan? HandshakeTimeout => Settings.HandshakeTimeout;

    public TlsServerSettings Settings => Volatile.Read(ref _current).Settings;

    /// <summary>
    /// A context for connections without a server, loaded at the first call for these settings, which blocks on files.
    /// </summary>
    /// <exception cref="CertificateException">A certificate cannot be loaded, or there is none.</exception>
    public static TlsServerContext Of(TlsServerSettings settings) =>
        Loaded.GetValue(settings, static s => new TlsServerContext(s));

    public override Task AuthenticateAsync(TlsStream stream) => Volatile.Read(ref _current).AuthenticateAsync(stream);

    /// <summary>Loads all anew; new handshakes use it from now on. Blocks on files.</summary>
    /// <exception cref="CertificateException">A certificate cannot be loaded, or there is none; all stays as it
    /// was.</exception>
    public void Load(TlsServerSettings settings) => Volatile.Write(ref _current, new Snapshot(settings));

    /// <summary>
    /// Loads anew what was loaded from files that have changed since; false where none has, or where they change still
    /// while they are read, which the next look finds. Blocks on files.
    /// </summary>
    /// <exception cref="CertificateException">A certificate cannot be loaded, or there is none; all stays as it
    /// was.</exception>
    public bool LoadIfChanged()
    {
        var current = Volatile.Read(ref _current);
        if (current.IsUpToDate())
            return false;
        var next = new Snapshot(current.Settings);
        if (!next.IsUpToDate())
            return false;
        Volatile.Write(ref _current, next);
        return true;
    }

    /// <exception cref="CertificateException">No certificate is named; what a callback may add is not known yet.
    /// </exception>
    public static void Require(TlsServerSettings settings)
    {
        if (settings is { Certificate: null, Configure: null })
            throw Missing();
    }

    private static CertificateException Missing() =>
        new("aleph.tcp.tls.certificate is null; it must name a certificate, unless Configure sets one");

    /// <summary>What one loading of the certificates came to.</summary>
    private sealed class Snapshot
    {
        private readonly string _fingerprint;
        private readonly SslServerAuthenticationOptions _default;
        private readonly TlsServerNames<SslServerAuthenticationOptions> _names = new();

        public Snapshot(TlsServerSettings settings)
        {
            Settings = settings;

            // Before they are read: a change in between is then noticed later.
            _fingerprint = CertificateFiles.FingerprintOf(settings);
            _default = OptionsOf(settings.Certificate);
            if (!HasCertificate(_default))
                throw Missing();
            foreach (var (name, certificate) in settings.ServerNames)
                _names.Add(name, OptionsOf(certificate));
        }

        public TlsServerSettings Settings { get; }

        /// <summary>Whether the files are what they were when they were read.</summary>
        public bool IsUpToDate() => _fingerprint == CertificateFiles.FingerprintOf(Settings);

        public Task AuthenticateAsync(TlsStream stream) => _names.IsEmpty
            ? stream.AuthenticateAsServerAsync(_default)
            : stream.AuthenticateAsServerAsync(
                static (_, hello, snapshot, _) => ValueTask.FromResult(((Snapshot)snapshot!).Select(hello)),
                this);

        private SslServerAuthenticationOptions Select(SslClientHelloInfo hello) =>
            _names.TryFind(hello.ServerName, out var options) ? options : _default;

        private SslServerAuthenticationOptions OptionsOf(TlsCertificate? certificate)
        {
            var options = new SslServerAuthenticationOptions
            {
                ServerCertificateContext = certificate?.Load().Context,
                ApplicationProtocols = TlsOptions.Protocols(Settings.ApplicationProtocols),
                ClientCertificateRequired = Settings.ClientCertificates != ClientCertificateMode.None,
                EnabledSslProtocols = Settings.Protocols,
                CertificateRevocationCheckMode = Settings.Revocation,
                CertificateChainPolicy = Settings.Trust.Policy(Settings.Revocation),
                AllowRenegotiation = false,
            };
            if (options.ClientCertificateRequired)
                options.RemoteCertificateValidationCallback = Check;
            Settings.Configure?.Invoke(options);
            return options;
        }

        private static bool HasCertificate(SslServerAuthenticationOptions options) =>
            options.ServerCertificateContext is not null
            || options.ServerCertificate is not null
            || options.ServerCertificateSelectionCallback is not null;

        private bool Check(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
        {
            if (certificate is null && Settings.ClientCertificates == ClientCertificateMode.Optional)
                return true;
            if (Settings.ValidateClientCertificate is { } own)
            {
                if (own(sender, certificate, chain, errors))
                    return true;
                ((TlsStream)sender).CertificateFault = new TlsException(
                    TlsFailure.UntrustedCertificate, "the own check refused the client's certificate");
                return false;
            }

            var fault = CertificateChecks.FaultOf(certificate, chain, errors, host: null);
            ((TlsStream)sender).CertificateFault = fault;
            return fault is null;
        }
    }
}
