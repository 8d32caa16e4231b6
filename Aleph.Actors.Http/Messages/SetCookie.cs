using System.Buffers;
using System.Globalization;
using System.Text;

namespace Aleph.Actors.Http;

/// <summary>To which requests from other sites a cookie is added (RFC 6265bis 4.1.2.7).</summary>
public enum SameSite
{
    /// <summary>Not said; browsers then take <see cref="Lax"/>.</summary>
    Unspecified,

    /// <summary>To all; the cookie must be secure.</summary>
    None,

    /// <summary>To links that are followed.</summary>
    Lax,

    /// <summary>To none.</summary>
    Strict,
}

/// <summary>
/// A cookie as a server sets it (RFC 6265 4.1, RFC 6265bis). Everything is checked when it is made a field, so that a
/// browser does not drop it in silence.
/// </summary>
/// <param name="Name">A token.</param>
/// <param name="Value">Visible ASCII without space, comma, semicolon, quote and backslash; encode anything
/// else.</param>
public sealed record SetCookie(string Name, string Value)
{
    private static readonly SearchValues<char> Octets = SearchValues.Create(
        [.. Enumerable.Range(0x21, 0x7e - 0x20).Select(x => (char)x).Except("\",;\\")]);

    /// <summary>The host, with those below it, that gets it back; null for the host that sets it, alone.</summary>
    public string? Domain { get; init; }

    /// <summary>The path, with those below it, that gets it back. Default <c>/</c>; null for the path of the
    /// request.</summary>
    public string? Path { get; init; } = "/";

    /// <summary>How long it lives, in whole seconds; zero or less removes it; null for as long as the browser
    /// runs.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>When it ends, for clients that do not know MaxAge; null for unsaid.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>Whether it is sent over TLS only. Default false.</summary>
    public bool Secure { get; init; }

    /// <summary>Whether scripts cannot see it. Default true.</summary>
    public bool HttpOnly { get; init; } = true;

    /// <summary>Whether it goes with requests from other sites. Default <see cref="SameSite.Lax"/>.</summary>
    public SameSite SameSite { get; init; } = SameSite.Lax;

    /// <summary>Whether it is kept apart for each site that embeds this one (CHIPS); it must be secure then.</summary>
    public bool Partitioned { get; init; }

    /// <summary>What a browser should do to forget a cookie of that name, domain and path.</summary>
    public SetCookie Removal() => this with
    {
        Value = "",
        MaxAge = TimeSpan.Zero,
        Expires = DateTimeOffset.UnixEpoch,
    };

    /// <summary>The value of the Set-Cookie field.</summary>
    /// <exception cref="InvalidOperationException">A part is malformed, or the parts contradict each other; which and
    /// why is said.</exception>
    public string ToFieldValue()
    {
        if (Fault() is { } fault)
            throw new InvalidOperationException($"The cookie {FieldSyntax.Escape(Name ?? "")} {fault}.");
        var text = new StringBuilder().Append(Name).Append('=').Append(Value);
        Append(text, "Domain", Domain);
        Append(text, "Path", Path);
        if (MaxAge is { } age)
            Append(text, "Max-Age", ((long)age.TotalSeconds).ToString(CultureInfo.InvariantCulture));
        Append(text, "Expires", Expires?.ToUniversalTime().ToString("R", CultureInfo.InvariantCulture));
        if (SameSite != SameSite.Unspecified)
            Append(text, "SameSite", SameSite.ToString());
        return text.Append(Secure ? "; Secure" : "").Append(HttpOnly ? "; HttpOnly" : "")
            .Append(Partitioned ? "; Partitioned" : "").ToString();
    }

    /// <summary>Name and attributes; the value is masked.</summary>
    public override string ToString() => $"{Name}=...";

    private static void Append(StringBuilder text, string name, string? value)
    {
        if (value is not null)
            text.Append("; ").Append(name).Append('=').Append(value);
    }

    private string? Fault()
    {
        if (Name is null || !FieldSyntax.IsToken(Name))
            return "has a name that is not a token (RFC 6265 4.1.1)";
        if (Value is null || Value.AsSpan().ContainsAnyExcept(Octets))
            return "has a value with a character that is not allowed (RFC 6265 4.1.1)";
        if (!IsAttribute(Domain) || !IsAttribute(Path) || Path is { } path && !path.StartsWith('/'))
            return "has a malformed Domain or Path (RFC 6265 4.1.1)";
        if (!Secure && (SameSite == SameSite.None || Partitioned))
            return "must be Secure, since it is SameSite=None or Partitioned";
        if (Name.StartsWith("__Secure-", StringComparison.OrdinalIgnoreCase) && !Secure)
            return "must be Secure by its name";
        if (Name.StartsWith("__Host-", StringComparison.OrdinalIgnoreCase) && (!Secure || Domain is not null
            || Path != "/"))
            return "must be Secure, without Domain and of Path / by its name";
        return null;
    }

    private static bool IsAttribute(string? text) =>
        text is null || (text.Length > 0 && !text.AsSpan().ContainsAnyExceptInRange(' ', '~')
            && !text.Contains(';', StringComparison.Ordinal));
}
