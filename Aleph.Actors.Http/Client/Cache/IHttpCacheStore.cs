namespace Aleph.Actors.Http;

/// <summary>
/// Keeps answers for one or more caches. Called on any thread, by many at once, within requests: must not block. It may
/// forget anything at any time. What it throws fails the request.
/// </summary>
public interface IHttpCacheStore
{
    /// <summary>All that is kept for a key, the newest first; empty for nothing.</summary>
    IReadOnlyList<HttpCacheEntry> Find(string key);

    /// <summary>Keeps an answer in the place of one with the same <see cref="HttpCacheEntry.Key"/> and
    /// <see cref="HttpCacheEntry.Variant"/>.</summary>
    void Put(HttpCacheEntry entry);

    /// <summary>Forgets all that is kept for a key.</summary>
    void Remove(string key);
}
