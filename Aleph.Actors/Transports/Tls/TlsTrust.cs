using System.Security.Cryptography.X509Certificates;
using Aleph.Actors.Transports.Tls;

namespace Aleph.Actors;

/// <summary>Which roots a side of TLS trusts when it checks the other's certificate. Immutable.</summary>
public sealed class TlsTrust
{
    private readonly Func<X509Certificate2Collection>? _load;

    private TlsTrust(
        string description, Func<X509Certificate2Collection>? load, IReadOnlyList<string> files) =>
        (Description, _load, Files) = (description, load, files);

    /// <summary>The roots of the system. The default.</summary>
    public static TlsTrust System { get; } = new("the system's roots", null, []);

    /// <summary>What it is, for logs and errors.</summary>
    public string Description { get; }

    /// <summary>The files that it is read from; a watch looks at them.</summary>
    internal IReadOnlyList<string> Files { get; }

    /// <summary>The certificates of a PEM file, and no others.</summary>
    /// <param name="file">The file: one or more roots.</param>
    public static TlsTrust FromPem(string file)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        return new TlsTrust(file, () => CertificateFiles.LoadPemChain(file), [file]);
    }

    /// <summary>These certificates, and no others. They stay the caller's.</summary>
    /// <param name="roots">At least one. A self-signed certificate may be its own root.</param>
    public static TlsTrust From(params X509Certificate2[] roots)
    {
        ArgumentNullException.ThrowIfNull(roots);
        X509Certificate2Collection all = [.. roots];
        return new TlsTrust($"{all.Count} given roots", () => all, []);
    }

    /// <summary>How chains are checked; null for the runtime's own way with the system's roots.</summary>
    /// <exception cref="CertificateException">The roots cannot be had.</exception>
    internal X509ChainPolicy? Policy(X509RevocationMode revocation)
    {
        if (_load is null)
            return null;
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = revocation,
            RevocationFlag = X509RevocationFlag.ExcludeRoot,

            // A peer could otherwise make this side fetch from where it likes.
            DisableCertificateDownloads = revocation != X509RevocationMode.Online,
        };
        policy.CustomTrustStore.AddRange(_load());
        return policy;
    }

    /// <summary>What it is.</summary>
    public override string ToString() => Description;
}
