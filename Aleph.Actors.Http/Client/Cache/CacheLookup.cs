using System.Globalization;

namespace Aleph.Actors.Http.Client.Cache;

/// <summary>One request and its way through a cache.</summary>
internal sealed class CacheLookup(HttpCache cache, HttpRequest request, HttpSend next)
{
    // RFC 9111 3.2: these speak of the content that is kept, not of the 304.
    private static readonly string[] OfContent =
        ["Content-Encoding", "Content-Length", "Content-Range", "Content-Type"];

    private readonly CacheDirectives _asked = CacheDirectives.OfRequest(request.Headers);
    private readonly string _key = Storing.KeyOf(request);

    public async Task<HttpResponse> RunAsync(CancellationToken cancellation)
    {
        var entry = _asked.NoStore ? null : Storing.Select(request, cache.Store.Find(_key));
        if (entry is null)
        {
            return _asked.OnlyIfCached
                ? NotCached()
                : await ForwardAsync(request, cancellation).ConfigureAwait(false);
        }

        switch (Freshness.Decide(_asked, entry, cache.Settings, cache.Time.GetUtcNow()))
        {
            case CacheUse.Fresh:
                return Answer(entry, HttpCacheStatus.Hit);
            case CacheUse.Stale:
                return Answer(entry, HttpCacheStatus.Stale);
            case CacheUse.Refresh:
                Refresh(entry);
                return Answer(entry, HttpCacheStatus.Stale);
            default:
                return _asked.OnlyIfCached
                    ? NotCached()
                    : await ValidateAsync(entry, cancellation).ConfigureAwait(false);
        }
    }

    private async Task<HttpResponse> ValidateAsync(HttpCacheEntry entry, CancellationToken cancellation)
    {
        var requestedAt = cache.Time.GetUtcNow();
        HttpResponse response;
        try
        {
            response = await next(Conditional(entry), cancellation).ConfigureAwait(false);
        }
        catch (HttpClientException) when (HelpsOnError(entry))
        {
            return Answer(entry, HttpCacheStatus.Stale);
        }

        switch (response.Status.Code)
        {
            case 304 when IsSame(entry, response.Headers):
                response.Dispose();
                var confirmed = Merged(entry, response.Headers, requestedAt);
                cache.Store.Put(confirmed);
                return Confirmed(confirmed, response);
            case 304:
                // It speaks of something else than what is kept.
                response.Dispose();
                cache.Store.Remove(_key);
                return await ForwardAsync(request, cancellation).ConfigureAwait(false);
            case 500 or 502 or 503 or 504 when HelpsOnError(entry):
                response.Dispose();
                return Answer(entry, HttpCacheStatus.Stale);
            default:
                return Keep(response, requestedAt);
        }
    }

    private async Task<HttpResponse> ForwardAsync(HttpRequest forwarded, CancellationToken cancellation)
    {
        var requestedAt = cache.Time.GetUtcNow();
        return Keep(await next(forwarded, cancellation).ConfigureAwait(false), requestedAt);
    }

    // One at a time for each answer; whoever asks meanwhile gets the stale one.
    private void Refresh(HttpCacheEntry entry)
    {
        if (cache.Refreshing.TryAdd((_key, entry.Variant), true))
            _ = RefreshAsync(entry);
    }

    private async Task RefreshAsync(HttpCacheEntry entry)
    {
        try
        {
            // A HEAD brings no content to keep.
            var get = request.WithMethod(HttpMethods.Get);
            using var response = await new CacheLookup(cache, get, next)
                .ValidateAsync(entry, CancellationToken.None).ConfigureAwait(false);
            if (response.Info?.Cache == HttpCacheStatus.Miss)
                await response.Body.ReadBytesAsync(cache.Settings.MaxBodySize).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException
            or ObjectDisposedException)
        {
            // The stale answer stays until its time is over; whoever asks then gets the failure.
        }
        finally
        {
            cache.Refreshing.TryRemove((_key, entry.Variant), out _);
        }
    }

    private HttpRequest Conditional(HttpCacheEntry entry)
    {
        var headers = request.Headers;
        if (entry.Headers["ETag"] is { } tag)
            headers = headers.With("If-None-Match", tag);
        if (entry.Headers["Last-Modified"] is { } modified)
            headers = headers.With("If-Modified-Since", modified);
        return request.WithHeaders(headers);
    }

    private bool HelpsOnError(HttpCacheEntry entry) =>
        Freshness.HelpsOnError(_asked, entry, cache.Settings, cache.Time.GetUtcNow());

    private static bool IsSame(HttpCacheEntry entry, HttpHeaders headers) => headers["ETag"] is not { } tag
        || entry.Headers["ETag"] is not { } known || Opaque(tag) == Opaque(known);

    private static string Opaque(string tag) => tag.StartsWith("W/", StringComparison.Ordinal) ? tag[2..] : tag;

    // RFC 9111 3.2.
    private HttpCacheEntry Merged(HttpCacheEntry entry, HttpHeaders told, DateTimeOffset requestedAt)
    {
        var headers = entry.Headers.Without("Age");
        var news = Storing.Kept(told).Where(x => !OfContent.Contains(x.Name, StringComparer.OrdinalIgnoreCase))
            .ToArray();
        foreach (var field in news)
            headers = headers.Without(field.Name);
        return entry with
        {
            Headers = HttpHeaders.FromOwned([.. headers, .. news]),
            RequestedAt = requestedAt,
            ReceivedAt = cache.Time.GetUtcNow(),
        };
    }

    private HttpResponse Keep(HttpResponse response, DateTimeOffset requestedAt)
    {
        response = response.WithInfo(
            response.Info is { } info ? info with { Cache = HttpCacheStatus.Miss } : Info(HttpCacheStatus.Miss));
        if (!Storing.May(request, _asked, response) || response.Body.Length > cache.Settings.MaxBodySize)
            return response;
        var receivedAt = cache.Time.GetUtcNow();
        void Store(ReadOnlyMemory<byte> body) => cache.Store.Put(new HttpCacheEntry
        {
            Key = _key,
            Variant = Storing.Variant(request, response.Headers["Vary"]),
            Status = response.Status,
            ReasonPhrase = response.ReasonPhrase,
            Headers = Storing.Kept(response.Headers),
            Body = body,
            RequestedAt = requestedAt,
            ReceivedAt = receivedAt,
        });

        if (response.Body is not BytesBody strict || !strict.TryTakeBytes(out var bytes))
            return response.WithBody(new CapturedBody(response.Body, cache.Settings.MaxBodySize, Store));
        Store(bytes);
        return response.WithBody(new BytesBody(bytes, once: true, strict.Trailers));
    }

    private HttpResponse Answer(HttpCacheEntry entry, HttpCacheStatus status, ResponseInfo? asked = null)
    {
        var age = Freshness.Age(entry, cache.Time.GetUtcNow());
        var headers = entry.Headers.With(
            "Age", ((long)age.TotalSeconds).ToString(CultureInfo.InvariantCulture));
        var body = request.Method == HttpMethods.Head ? HttpBody.Empty : new BytesBody(entry.Body, once: true);
        var info = asked is null ? Info(status) : asked with { Cache = status };
        return HttpResponse.Received(entry.Status, entry.ReasonPhrase, headers, body, info);
    }

    // A cookie is not kept, but is set all the same.
    private HttpResponse Confirmed(HttpCacheEntry entry, HttpResponse response)
    {
        var answer = Answer(entry, HttpCacheStatus.Revalidated, response.Info);
        var cookies = response.Headers.Where(x => HttpHeaders.NamesEqual(x.Name, "Set-Cookie")).ToArray();
        return cookies.Length == 0
            ? answer
            : answer.WithHeaders(HttpHeaders.FromOwned([.. answer.Headers, .. cookies]));
    }

    private HttpResponse NotCached() => HttpResponse.Received(
        new HttpStatus(504), null, HttpHeaders.Empty, HttpBody.Empty, Info(HttpCacheStatus.Miss));

    private ResponseInfo Info(HttpCacheStatus status) =>
        new(request, request.Version) { Timings = new RequestTimings(), Cache = status };
}
