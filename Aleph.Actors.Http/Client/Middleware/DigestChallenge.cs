using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Aleph.Actors.Http.Client.Middleware;

/// <summary>A challenge of the Digest scheme and its answer (RFC 7616): MD5, SHA-256, their sessions, qop
/// auth.</summary>
internal sealed partial class DigestChallenge
{
    private readonly Dictionary<string, string> _fields;
    private readonly string _algorithm;
    private int _count;

    private DigestChallenge(Dictionary<string, string> fields)
    {
        _fields = fields;
        _algorithm = fields.GetValueOrDefault("algorithm", "MD5").ToUpperInvariant();
    }

    private bool IsKnown => _algorithm is "MD5" or "MD5-SESS" or "SHA-256" or "SHA-256-SESS"
        && _fields.ContainsKey("realm") && _fields.ContainsKey("nonce") && (Qop is null || HasAuth);

    /// <summary>Whether only the nonce of the last answer was too old, not its proof wrong (RFC 7616 3.3).</summary>
    public bool IsStale => _fields.GetValueOrDefault("stale", "").Equals("true", StringComparison.OrdinalIgnoreCase);

    private string? Qop => _fields.GetValueOrDefault("qop");

    private bool HasAuth => Qop!.Split(',', StringSplitOptions.TrimEntries).Contains("auth",
        StringComparer.OrdinalIgnoreCase);

    /// <summary>The best challenge that can be answered: SHA-256 before MD5; null where there is none.</summary>
    public static DigestChallenge? Find(IEnumerable<string> values) => values
        .Where(x => x.StartsWith("Digest ", StringComparison.OrdinalIgnoreCase))
        .Select(x => new DigestChallenge(Parse(x["Digest ".Length..])))
        .Where(x => x.IsKnown)
        .OrderByDescending(x => x._algorithm.StartsWith("SHA", StringComparison.Ordinal))
        .FirstOrDefault();

    /// <summary>The Authorization field; each counts the nonce on (RFC 7616 3.4).</summary>
    public string Answer(DigestCredentials credentials, string method, string target) => Answer(
        credentials, method, target, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
        Interlocked.Increment(ref _count));

    /// <summary>The same with a client nonce of the caller.</summary>
    public string Answer(
        DigestCredentials credentials, string method, string target, string clientNonce, int times = 1)
    {
        var count = times.ToString("x8", System.Globalization.CultureInfo.InvariantCulture);
        var (realm, nonce) = (_fields["realm"], _fields["nonce"]);
        var secret = Hash($"{credentials.User}:{realm}:{credentials.Password}");
        if (_algorithm.EndsWith("-SESS", StringComparison.Ordinal))
            secret = Hash($"{secret}:{nonce}:{clientNonce}");
        var request = Hash($"{method}:{target}");
        var proof = Qop is null
            ? Hash($"{secret}:{nonce}:{request}")
            : Hash($"{secret}:{nonce}:{count}:{clientNonce}:auth:{request}");
        var field = new StringBuilder($"Digest username={Quote(credentials.User)}, realm={Quote(realm)}");
        field.Append($", nonce={Quote(nonce)}, uri={Quote(target)}, response=\"{proof}\"");
        if (_fields.TryGetValue("algorithm", out var algorithm))
            field.Append($", algorithm={algorithm}");
        if (_fields.TryGetValue("opaque", out var opaque))
            field.Append($", opaque={Quote(opaque)}");
        if (Qop is not null)
            field.Append($", qop=auth, nc={count}, cnonce=\"{clientNonce}\"");
        return field.ToString();
    }

    private static Dictionary<string, string> Parse(string text)
    {
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (Match match in Parameter().Matches(text))
        {
            var quoted = match.Groups[2];
            fields.TryAdd(
                match.Groups[1].Value, quoted.Success ? Escaped().Replace(quoted.Value, "$1") : match.Groups[3].Value);
        }

        return fields;
    }

    private static string Quote(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    [SuppressMessage("Security", "CA5351", Justification = "The scheme's own choice, where the server has no better.")]
    private string Hash(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return Convert.ToHexStringLower(
            _algorithm.StartsWith("SHA", StringComparison.Ordinal) ? SHA256.HashData(bytes) : MD5.HashData(bytes));
    }

    [GeneratedRegex("""([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))""", RegexOptions.None, 1000)]
    private static partial Regex Parameter();

    [GeneratedRegex(@"\\(.)", RegexOptions.None, 1000)]
    private static partial Regex Escaped();
}
