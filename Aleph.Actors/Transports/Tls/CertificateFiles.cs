using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Aleph.Actors.Transports.Tls;

/// <summary>Loads certificates from files. Every failure is a <see cref="CertificateException"/> without
/// secrets.</summary>
internal static class CertificateFiles
{
    public static LoadedCertificate LoadPem(string certificateFile, string keyFile, string? password)
    {
        var chain = LoadPemChain(certificateFile);
        var keyText = ReadText(keyFile);
        try
        {
            using var leaf = X509CertificateLoader.LoadCertificate(chain[0].RawData);
            using var withKey = string.IsNullOrEmpty(password)
                ? X509Certificate2.CreateFromPem(leaf.ExportCertificatePem(), keyText)
                : X509Certificate2.CreateFromEncryptedPem(leaf.ExportCertificatePem(), keyText, password);
            chain.RemoveAt(0);
            return LoadedCertificate.Of(Usable(withKey), chain, certificateFile);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new CertificateException(
                $"{keyFile} has no private key that fits {certificateFile} and its password", e);
        }
    }

    public static LoadedCertificate LoadPfx(string file, string? password)
    {
        var bytes = ReadBytes(file);
        try
        {
            var all = X509CertificateLoader.LoadPkcs12Collection(bytes, password, X509KeyStorageFlags.Exportable);
            var leaf = all.FirstOrDefault(c => c.HasPrivateKey)
                ?? throw new CertificateException($"{file} has no certificate with a private key");
            all.Remove(leaf);
            return LoadedCertificate.Of(leaf, all, file);
        }
        catch (CryptographicException e)
        {
            throw new CertificateException($"{file} is no PKCS #12 file that its password opens", e);
        }
    }

    /// <summary>
    /// Tells the contents of all files that settings name from others. By contents, since times and links are no proof
    /// of either.
    /// </summary>
    public static string FingerprintOf(TlsServerSettings settings)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var certificates = settings.ServerNames.Values.Append(settings.Certificate);
        foreach (var file in certificates.SelectMany(c => c?.Files ?? []).Concat(settings.Trust.Files))
        {
            try
            {
                hash.AppendData(File.ReadAllBytes(file));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                hash.AppendData("missing"u8);
            }
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>All certificates of a PEM file, at least one.</summary>
    public static X509Certificate2Collection LoadPemChain(string file)
    {
        var text = ReadText(file);
        var chain = new X509Certificate2Collection();
        try
        {
            chain.ImportFromPem(text);
        }
        catch (CryptographicException e)
        {
            throw new CertificateException($"{file} has a certificate that cannot be read", e);
        }

        return chain.Count > 0 ? chain : throw new CertificateException($"{file} has no certificate in PEM");
    }

    // Windows cannot use a key that lives in memory only.
    private static X509Certificate2 Usable(X509Certificate2 certificate) =>
        X509CertificateLoader.LoadPkcs12(
            certificate.Export(X509ContentType.Pfx), null, X509KeyStorageFlags.Exportable);

    private static string ReadText(string file) => System.Text.Encoding.UTF8.GetString(ReadBytes(file));

    private static byte[] ReadBytes(string file)
    {
        try
        {
            return File.ReadAllBytes(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CertificateException($"{file} cannot be read: {e.Message}", e);
        }
    }
}
