using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Aleph.Actors.Tests.Support;

/// <summary>A small world of certificates: a root, an intermediate, and what the intermediate signs.</summary>
internal sealed class TestPki
{
    public const string ServerUse = "1.3.6.1.5.5.7.3.1";
    public const string ClientUse = "1.3.6.1.5.5.7.3.2";

    private static readonly Lazy<TestPki> Shared = new(() => new TestPki());
    private static readonly Lazy<TestPki> Foreign = new(() => new TestPki());
    private static readonly DateTimeOffset Born = DateTimeOffset.UtcNow;
    private static long _serial;
    private static int _worlds;

    private TestPki()
    {
        var name = Interlocked.Increment(ref _worlds);
        Root = Sign($"CN=Test Root {name}", null, isAuthority: true, _ => { });
        Intermediate = Sign($"CN=Test Intermediate {name}", Root, isAuthority: true, _ => { });
    }

    /// <summary>The one that tests trust.</summary>
    public static TestPki Trusted => Shared.Value;

    /// <summary>Another one, that nobody trusts.</summary>
    public static TestPki Unknown => Foreign.Value;

    public X509Certificate2 Root { get; }

    public X509Certificate2 Intermediate { get; }

    public TlsTrust Trust => TlsTrust.From(Root);

    /// <summary>A server's certificate for these names.</summary>
    public X509Certificate2 Server(params string[] names) => Leaf($"CN={names[0]}", ServerUse, names);

    /// <summary>A client's certificate.</summary>
    public X509Certificate2 Client(string name) => Leaf($"CN={name}", ClientUse, [name]);

    public X509Certificate2 Expired(string use, string name) => Sign(
        $"CN={name}", Intermediate, false, r => Describe(r, use, [name]),
        Born.AddDays(-20), Born.AddDays(-10));

    /// <summary>The certificate with the intermediate, as settings take it.</summary>
    public TlsCertificate With(X509Certificate2 leaf) => TlsCertificate.From(leaf, [Intermediate]);

    /// <summary>
    /// A client's certificate and intermediates of about <paramref name="bytes"/> bytes, that lead to the root.
    /// </summary>
    public (X509Certificate2 Leaf, X509Certificate2[] Above) HugeClientChain(int bytes)
    {
        var above = new List<X509Certificate2>();
        var issuer = Root;
        for (var made = 0; made < bytes; made += 12_000)
        {
            var names = Enumerable.Range(0, 400).Select(i => $"host-{made}-{i}.padding.example.org").ToArray();
            issuer = Sign($"CN=Padding {made}", issuer, true, r => r.CertificateExtensions.Add(Names(names)));
            above.Insert(0, issuer);
        }

        return (Sign("CN=hostile", issuer, false, r => Describe(r, ClientUse, ["hostile"])), [.. above]);
    }

    private X509Certificate2 Leaf(string subject, string use, string[] names) =>
        Sign(subject, Intermediate, false, r => Describe(r, use, names));

    private static void Describe(CertificateRequest request, string use, string[] names)
    {
        request.CertificateExtensions.Add(Names(names));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], false));
    }

    private static X509Extension Names(IEnumerable<string> names)
    {
        var builder = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address))
                builder.AddIpAddress(address);
            else
                builder.AddDnsName(name);
        }

        return builder.Build();
    }

    private static X509Certificate2 Sign(
        string subject, X509Certificate2? issuer, bool isAuthority, Action<CertificateRequest> describe,
        DateTimeOffset? from = null, DateTimeOffset? to = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        describe(request);
        var (first, last) = (from ?? Born.AddDays(-30), to ?? Born.AddDays(30));
        if (issuer is null)
            return request.CreateSelfSigned(first, last);
        var serial = BitConverter.GetBytes(Interlocked.Increment(ref _serial));
        using var signed = request.Create(issuer, first, last, serial);
        using var withKey = signed.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(
            withKey.Export(X509ContentType.Pfx), null, X509KeyStorageFlags.Exportable);
    }
}
