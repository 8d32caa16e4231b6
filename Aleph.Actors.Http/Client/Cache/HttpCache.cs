using System.Collections.Concurrent;

namespace Aleph.Actors.Http;

/// <summary>
/// A private cache of answers (RFC 9111), for <see cref="RequestOptions.Cache"/>: it belongs to one user. Answers to
/// requests with credentials are given to requests with the same Authorization field only; but clients with different
/// cookies should not share one. Any thread; may be shared by clients.
/// </summary>
public sealed class HttpCache
{
    /// <summary>Makes one.</summary>
    /// <param name="settings">Default <see cref="HttpCacheSettings.Default"/>.</param>
    /// <param name="store">Where answers are kept. Default an <see cref="HttpCacheStore"/> of its own, with the
    /// settings' limits.</param>
    /// <param name="time">The clock. Default the system's.</param>
    /// <exception cref="ArgumentException">The settings are not valid; every fault is named.</exception>
    public HttpCache(HttpCacheSettings? settings = null, IHttpCacheStore? store = null, TimeProvider? time = null)
    {
        Settings = settings ?? HttpCacheSettings.Default;
        SettingsFaults.ThrowIfAny(Settings.Validate());
        Store = store ?? new HttpCacheStore(Settings.MaxSize, Settings.MaxEntries);
        Time = time ?? TimeProvider.System;
    }

    /// <summary>What it keeps.</summary>
    public HttpCacheSettings Settings { get; }

    /// <summary>Where it keeps it.</summary>
    public IHttpCacheStore Store { get; }

    internal TimeProvider Time { get; }

    /// <summary>What is being refreshed in the background: one request for each.</summary>
    internal ConcurrentDictionary<(string Key, string Variant), bool> Refreshing { get; } = new();
}
