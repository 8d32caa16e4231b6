namespace Aleph.Actors.Http;

/// <summary>What a cache had to do with an answer; see <see cref="ResponseInfo.Cache"/>.</summary>
public enum HttpCacheStatus
{
    /// <summary>No cache was asked.</summary>
    None,

    /// <summary>The server was asked, and answered anew.</summary>
    Miss,

    /// <summary>From the cache and fresh; no server was asked.</summary>
    Hit,

    /// <summary>From the cache, after the server said that it still holds (304).</summary>
    Revalidated,

    /// <summary>From the cache though no longer fresh, because the request or the answer allows that.</summary>
    Stale,
}
