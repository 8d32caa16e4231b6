using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Aleph.Actors.Transports.Tls;

/// <summary>Finds certificates in the stores of the system. Every failure is a
/// <see cref="CertificateException"/>.</summary>
internal static class CertificateStores
{
    public static LoadedCertificate Load(string name, StoreLocation location, X509FindType by, string value)
    {
        try
        {
            using var store = new X509Store(name, location);
            store.Open(OpenFlags.ReadOnly | OpenFlags.OpenExistingOnly);
            var found = store.Certificates.Find(by, value, validOnly: false)
                .Where(c => c.HasPrivateKey)
                .MaxBy(c => c.NotAfter);
            return found is null
                ? throw new CertificateException(
                    $"the store {location}/{name} has no certificate with a private key for {value}")
                : LoadedCertificate.Of(found, [], found.Subject);
        }
        catch (CryptographicException e)
        {
            throw new CertificateException($"the store {location}/{name} cannot be opened: {e.Message}", e);
        }
    }
}
