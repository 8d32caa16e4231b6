using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Aleph.Actors.Transports.Tls;

/// <summary>What the settings of servers and clients have in common: checks, and their translation.</summary>
internal static class TlsOptions
{
    public const SslProtocols Modern = SslProtocols.Tls12 | SslProtocols.Tls13;

    // RFC 7301 3.1: a name has at most 255 bytes.
    private const int LongestProtocol = 255;

    public static List<SslApplicationProtocol>? Protocols(IReadOnlyList<string> names) =>
        names.Count == 0 ? null : [.. names.Select(name => new SslApplicationProtocol(name))];

    public static void ValidateCommon(
        SettingsFaults faults, SslProtocols protocols, TimeSpan? handshakeTimeout, IReadOnlyList<string>? names)
    {
        if (protocols == SslProtocols.None || (protocols & ~Modern) != 0)
            faults.Add("protocols", protocols, "it must be TLS 1.2, TLS 1.3, or both");
        if (handshakeTimeout <= TimeSpan.Zero)
            faults.Add("handshake-timeout", handshakeTimeout, "it must be above 0s, or infinite");
        if (names is null)
            faults.Add("application-protocols", null, "it must be a list, which may be empty");
        foreach (var name in names ?? [])
        {
            if (name is null || Encoding.UTF8.GetByteCount(name) is 0 or > LongestProtocol)
                faults.Add("application-protocols", name, "each must have 1 to 255 bytes");
        }
    }

    public static void ValidateLoads(SettingsFaults faults, string key, TlsCertificate? certificate)
    {
        try
        {
            certificate?.Load();
        }
        catch (CertificateException e)
        {
            faults.Add(key, certificate, $"it must be a certificate with its key, but {e.Message}");
        }
    }

    public static void ValidateTrust(SettingsFaults faults, TlsTrust? trust, X509RevocationMode revocation)
    {
        if (!Enum.IsDefined(revocation))
            faults.Add("revocation", (int)revocation, "it must be none, offline or online");
        try
        {
            if (trust is null)
                faults.Add("trust", null, "it must name roots, or be empty for the system's");
            trust?.Policy(revocation);
        }
        catch (CertificateException e)
        {
            faults.Add("trust", trust, $"it must be a PEM file of roots, but {e.Message}");
        }
    }
}
