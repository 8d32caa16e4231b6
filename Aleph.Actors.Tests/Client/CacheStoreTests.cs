using Aleph.Actors.Http;
using Xunit;

namespace Aleph.Actors.Tests.Client;

/// <summary>The store in memory and its limits.</summary>
public sealed class CacheStoreTests
{
    [Fact]
    public void Forgets_what_was_used_longest_ago_when_there_are_too_many()
    {
        var store = new HttpCacheStore(maxEntries: 2);
        store.Put(Entry("a"));
        store.Put(Entry("b"));
        Assert.Single(store.Find("a"));
        store.Put(Entry("c"));
        Assert.Equal((2, 1, 0, 1), (store.Count, store.Find("a").Count, store.Find("b").Count, store.Find("c").Count));
    }

    [Fact]
    public void Forgets_what_was_used_longest_ago_when_it_is_too_much()
    {
        var size = Entry("a", 1000).Size;
        var store = new HttpCacheStore(2 * size);
        store.Put(Entry("a", 1000));
        store.Put(Entry("b", 1000));
        Assert.Equal((2, 2 * size), (store.Count, store.Size));
        store.Put(Entry("c", 1000));
        Assert.Equal((2, 2 * size), (store.Count, store.Size));
        Assert.Empty(store.Find("a"));
        store.Put(Entry("d", 3000));
        Assert.Equal((0, 0L), (store.Count, store.Size));
    }

    [Fact]
    public void Replaces_an_answer_and_keeps_variants_the_newest_first()
    {
        var store = new HttpCacheStore();
        store.Put(Entry("a", 1, "x"));
        store.Put(Entry("a", 2, "y"));
        store.Put(Entry("a", 3, "x"));
        Assert.Equal([3, 2], store.Find("a").Select(x => x.Body.Length));
        store.Remove("a");
        Assert.Equal((0, 0, 0L), (store.Find("a").Count, store.Count, store.Size));
    }

    [Fact]
    public void Keeps_so_many_variants_and_no_more()
    {
        var store = new HttpCacheStore();
        for (var i = 0; i <= HttpCacheStore.MaxVariants; i++)
            store.Put(Entry("a", i, $"{i}"));
        Assert.Equal(HttpCacheStore.MaxVariants, store.Count);
        Assert.Equal(1, store.Find("a")[^1].Body.Length);
        store.Clear();
        Assert.Equal((0, 0L), (store.Count, store.Size));
    }

    [Fact]
    public void Shows_no_secret() =>
        Assert.Equal("200 k", Entry("k", 1, "authorization: secret").ToString());

    private static HttpCacheEntry Entry(string key, int size = 0, string variant = "") => new()
    {
        Key = key,
        Variant = variant,
        Status = HttpStatus.Ok,
        Headers = HttpHeaders.Of(("ETag", "x")),
        Body = new byte[size],
        RequestedAt = default,
        ReceivedAt = default,
    };
}
