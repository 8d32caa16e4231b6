using System.Security.Cryptography.X509Certificates;
using Aleph.Actors.Transports.Tls;

namespace Aleph.Actors;

/// <summary>
/// Where a certificate with its private key comes from: PEM or PFX files, a certificate store, or code. It is loaded
/// when a server starts, a client is first used, or a reload is asked for. Immutable; never shows a password.
/// </summary>
public sealed class TlsCertificate
{
    private readonly Func<LoadedCertificate> _load;

    private TlsCertificate(string description, IReadOnlyList<string> files, Func<LoadedCertificate> load) =>
        (Description, Files, _load) = (description, files, load);

    /// <summary>What it is, for logs and errors: paths or a subject, never a secret.</summary>
    public string Description { get; }

    /// <summary>The files that it is read from; a watch looks at them.</summary>
    internal IReadOnlyList<string> Files { get; }

    /// <summary>
    /// A PEM file with the certificate first and the intermediates after it, and its key.
    /// </summary>
    /// <param name="certificateFile">The file of the certificates.</param>
    /// <param name="keyFile">The file of the private key; null where it stands in the same file.</param>
    /// <param name="password">The password of an encrypted key, or null.</param>
    public static TlsCertificate FromPem(string certificateFile, string? keyFile = null, string? password = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(certificateFile);
        var key = string.IsNullOrEmpty(keyFile) ? certificateFile : keyFile;
        IReadOnlyList<string> files = key == certificateFile ? [certificateFile] : [certificateFile, key];
        return new TlsCertificate(
            string.Join(" with ", files), files, () => CertificateFiles.LoadPem(certificateFile, key, password));
    }

    /// <summary>A PKCS #12 file (<c>.pfx</c>, <c>.p12</c>) with a certificate, its key and its intermediates.</summary>
    /// <param name="file">The file.</param>
    /// <param name="password">Its password, or null.</param>
    public static TlsCertificate FromPfx(string file, string? password = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        return new TlsCertificate(file, [file], () => CertificateFiles.LoadPfx(file, password));
    }

    /// <summary>A certificate of a certificate store, by its thumbprint.</summary>
    /// <param name="thumbprint">The SHA-1 thumbprint in hexadecimal; spaces and case do not matter.</param>
    /// <param name="store">The store's name. Default <c>My</c>.</param>
    /// <param name="location">The store's place. Default the current user's.</param>
    public static TlsCertificate FromStore(
        string thumbprint,
        string store = "My",
        StoreLocation location = StoreLocation.CurrentUser)
    {
        ArgumentException.ThrowIfNullOrEmpty(thumbprint);
        var digits = thumbprint.Replace(" ", "", StringComparison.Ordinal);
        return new TlsCertificate(
            $"{thumbprint} in {location}/{store}",
            [],
            () => CertificateStores.Load(store, location, X509FindType.FindByThumbprint, digits));
    }

    /// <summary>
    /// The certificate of a certificate store with this subject that is valid for longest.
    /// </summary>
    /// <param name="subject">A part of the subject's name, as <see cref="X509FindType.FindBySubjectName"/> has
    /// it.</param>
    /// <param name="store">The store's name. Default <c>My</c>.</param>
    /// <param name="location">The store's place. Default the current user's.</param>
    public static TlsCertificate FromStoreBySubject(
        string subject,
        string store = "My",
        StoreLocation location = StoreLocation.CurrentUser)
    {
        ArgumentException.ThrowIfNullOrEmpty(subject);
        return new TlsCertificate(
            $"{subject} in {location}/{store}",
            [],
            () => CertificateStores.Load(store, location, X509FindType.FindBySubjectName, subject));
    }

    /// <summary>
    /// A certificate that the caller has. It stays the caller's and must not be disposed while in use.
    /// </summary>
    /// <param name="certificate">The certificate, with its private key.</param>
    /// <param name="intermediates">The certificates between it and the root, sent along; null for none.</param>
    public static TlsCertificate From(
        X509Certificate2 certificate, IEnumerable<X509Certificate2>? intermediates = null)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        X509Certificate2Collection above = [.. intermediates ?? []];
        return new TlsCertificate(
            certificate.Subject, [], () => LoadedCertificate.Of(certificate, above, certificate.Subject));
    }

    /// <summary>Reads it now. Blocks on files and stores.</summary>
    /// <exception cref="CertificateException">It cannot be had; the message names it and says why.</exception>
    internal LoadedCertificate Load() => _load();

    /// <summary>What it is, without secrets.</summary>
    public override string ToString() => Description;
}
