using System.Security.Claims;
using System.Text;

namespace Aleph.Actors.Http;

/// <summary>Lets only those in whom a function of yours knows (RFC 9110 11). Use it over TLS only.</summary>
public static class HttpAuthentication
{
    private static readonly RequestKey<ClaimsPrincipal> Key = new("user");

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Asks for a name and password (RFC 7617); without valid ones the answer is 401.</summary>
    /// <param name="realm">What the client tells its user; no quotes or backslashes.</param>
    /// <param name="check">Gets name and password, in UTF-8; answers who it is, or null. Compare secrets in constant
    /// time (<see cref="System.Security.Cryptography.CryptographicOperations.FixedTimeEquals"/>).</param>
    /// <exception cref="ArgumentException">The realm is malformed.</exception>
    public static HttpMiddleware Basic(string realm, Func<string, string, ValueTask<ClaimsPrincipal?>> check)
    {
        ArgumentNullException.ThrowIfNull(check);
        var challenge = $"Basic realm=\"{Realm(realm)}\", charset=\"UTF-8\"";
        return Require("Basic", challenge, credentials =>
            TryDecode(credentials, out var name, out var password) ? check(name, password) : default);
    }

    /// <summary>Asks for a token (RFC 6750); without a valid one the answer is 401.</summary>
    /// <param name="realm">What is protected; no quotes or backslashes.</param>
    /// <param name="check">Gets the token; answers who it is, or null.</param>
    /// <exception cref="ArgumentException">The realm is malformed.</exception>
    public static HttpMiddleware Bearer(string realm, Func<string, ValueTask<ClaimsPrincipal?>> check)
    {
        ArgumentNullException.ThrowIfNull(check);
        return Require("Bearer", $"Bearer realm=\"{Realm(realm)}\"", check);
    }

    /// <summary>Who sent a request; null where no middleware asked.</summary>
    public static ClaimsPrincipal? User(this HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Get(Key);
    }

    private static HttpMiddleware Require(
        string scheme, string challenge, Func<string, ValueTask<ClaimsPrincipal?>> check) => next => async request =>
    {
        // Two fields could mean one thing to a proxy and another to us.
        var fields = request.Headers.GetAll("Authorization").ToArray();
        var user = fields is [var field] && Credentials(field, scheme) is { } credentials
            ? await check(credentials).ConfigureAwait(false)
            : null;
        return user is null
            ? HttpResponse.Text("Who are you?", 401).WithHeader("WWW-Authenticate", challenge)
            : await next(request.With(Key, user)).ConfigureAwait(false);
    };

    private static string? Credentials(string field, string scheme) =>
        field.StartsWith(scheme + " ", StringComparison.OrdinalIgnoreCase) ? field[(scheme.Length + 1)..].Trim() : null;

    private static bool TryDecode(string credentials, out string name, out string password)
    {
        (name, password) = ("", "");
        var bytes = new byte[credentials.Length];
        if (!Convert.TryFromBase64String(credentials, bytes, out var count))
            return false;
        try
        {
            var pair = Strict.GetString(bytes, 0, count);
            var colon = pair.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0)
                return false;
            (name, password) = (pair[..colon], pair[(colon + 1)..]);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    private static string Realm(string realm)
    {
        ArgumentNullException.ThrowIfNull(realm);
        if (!FieldSyntax.IsValue(realm) || realm.AsSpan().ContainsAny('"', '\\'))
            throw new ArgumentException("The realm holds a quote, a backslash or a control.", nameof(realm));
        return realm;
    }
}
