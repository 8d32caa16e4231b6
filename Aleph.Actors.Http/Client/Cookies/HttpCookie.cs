namespace Aleph.Actors.Http;

/// <summary>A cookie as a store keeps it (RFC 6265 5.3).</summary>
/// <param name="Name">A token; empty where the server sent none.</param>
/// <param name="Value">The value, as sent.</param>
/// <param name="Domain">The host that set it, or the domain that it is for, in lower case.</param>
/// <param name="Path">The path that it is for.</param>
public sealed record HttpCookie(string Name, string Value, string Domain, string Path)
{
    /// <summary>Whether only the very host gets it.</summary>
    public bool IsHostOnly { get; init; } = true;

    /// <summary>Whether it is sent over TLS only.</summary>
    public bool IsSecure { get; init; }

    /// <summary>Whether scripts of a page may not see it. Means nothing here; kept for whoever asks.</summary>
    public bool IsHttpOnly { get; init; }

    /// <summary>When it ends; null for the end of the store.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>When it was set.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>Whether it has ended.</summary>
    public bool IsExpired(DateTimeOffset now) => Expires <= now;

    /// <summary>Never the value.</summary>
    public override string ToString() => $"{Name} of {Domain}{Path}";
}
