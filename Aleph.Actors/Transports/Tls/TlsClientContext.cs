using System.Net;
using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;

namespace Aleph.Actors.Transports.Tls;

/// <summary>What one settings record of a client loads, once for all its connections. Any thread.</summary>
internal sealed class TlsClientContext
{
    private static readonly ConditionalWeakTable<TlsClientSettings, TlsClientContext> Loaded = [];

    private readonly SslStreamCertificateContext? _certificate;

    private TlsClientContext(TlsClientSettings settings)
    {
        Settings = settings;
        _certificate = settings.Certificate?.Load().Context;
        Policy = settings.Trust.Policy(settings.Revocation);
    }

    public TlsClientSettings Settings { get; }

    public X509ChainPolicy? Policy { get; }

    /// <summary>Whether these very settings have been in use, and so are good.</summary>
    public static bool IsLoaded(TlsClientSettings settings) => Loaded.TryGetValue(settings, out _);

    /// <summary>The context of <paramref name="settings"/>, loaded at the first call, which blocks on files.</summary>
    /// <exception cref="CertificateException">A certificate cannot be loaded.</exception>
    public static TlsClientContext Of(TlsClientSettings settings) =>
        Loaded.GetValue(settings, static s => new TlsClientContext(s));

    /// <summary>The side of TLS of connections to <paramref name="host"/>.</summary>
    public TlsRole To(string host) => new Role(this, Settings.ServerName ?? host);

    /// <summary>The side of TLS of connections to <paramref name="target"/>.</summary>
    public TlsRole To(EndPoint target) => To(target switch
    {
        DnsEndPoint name => name.Host,
        IPEndPoint address => address.Address.ToString(),
        _ => "localhost",
    });

    private sealed class Role(TlsClientContext context, string host) : TlsRole
    {
        private readonly TlsClientSettings _settings = context.Settings;

        public override bool IsServer => false;

        public override TimeSpan? HandshakeTimeout => _settings.HandshakeTimeout;

        public override Task AuthenticateAsync(TlsStream stream)
        {
            var options = new SslClientAuthenticationOptions
            {
                TargetHost = host,
                ClientCertificateContext = context._certificate,
                ApplicationProtocols = TlsOptions.Protocols(_settings.ApplicationProtocols),
                EnabledSslProtocols = _settings.Protocols,
                CertificateRevocationCheckMode = _settings.Revocation,
                CertificateChainPolicy = context.Policy,
                AllowRenegotiation = false,
                RemoteCertificateValidationCallback = Check,
            };
            _settings.Configure?.Invoke(options);
            return stream.AuthenticateAsClientAsync(options);
        }

        private bool Check(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
        {
            if (_settings.TrustEveryoneInsecurely)
                return true;
            if (_settings.ValidateServerCertificate is { } own)
            {
                if (own(sender, certificate, chain, errors))
                    return true;
                ((TlsStream)sender).CertificateFault = new TlsException(
                    TlsFailure.UntrustedCertificate, "the own check refused the server's certificate");
                return false;
            }

            if (!_settings.VerifyHostName)
                errors &= ~SslPolicyErrors.RemoteCertificateNameMismatch;
            var fault = CertificateChecks.FaultOf(certificate, chain, errors, host);
            ((TlsStream)sender).CertificateFault = fault;
            return fault is null;
        }
    }
}
