namespace Aleph.Actors.Http;

/// <summary>Keeps cookies for one or more clients. Called on any thread, by many at once.</summary>
public interface ICookieStore
{
    /// <summary>The value of the Cookie field of a request to <paramref name="url"/>; null for none.</summary>
    string? Get(Uri url);

    /// <summary>An answer from <paramref name="url"/> has this Set-Cookie field. What is not allowed is
    /// ignored.</summary>
    void Set(Uri url, string field);
}
