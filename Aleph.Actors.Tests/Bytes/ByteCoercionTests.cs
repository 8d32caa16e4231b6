using System.Text;
using Akka.Actor;
using Akka.Streams;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Bytes;

/// <summary>Every form made from every form.</summary>
public sealed class ByteCoercionTests : IAsyncLifetime
{
    private static readonly byte[] Lines = Encoding.ASCII.GetBytes("one\ntwo\n\nfour and more than a chunk\n");

    private readonly ActorSystem _system = ActorSystem.Create("bytes");

    public static TheoryData<string> Origins() => [.. ByteForms.Origins];

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _system.Terminate();

    [Theory]
    [MemberData(nameof(Origins))]
    public async Task Reads_as_every_form_whatever_the_chunks(string origin)
    {
        foreach (var (size, cut) in new[] { (1, 5), (7, 0), (7, 20), (4096, 5), (4096, Lines.Length) })
        {
            using var forms = new ByteForms(_system.Materializer(), ByteOptions.Default with { ChunkSize = size });
            foreach (var result in ByteForms.Results)
            {
                var read = await forms.ReadAsync(result, forms.Make(origin, Lines, cut))
                    .Within($"{origin} was read as {result} in chunks of {size}");
                var text = Encoding.ASCII.GetString(read);
                Assert.True(Lines.AsSpan().SequenceEqual(read), $"{origin} as {result} by {size} is {text}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Origins))]
    public async Task Is_written_to_every_sink(string origin)
    {
        foreach (var size in new[] { 1, 4096 })
        {
            using var forms = new ByteForms(_system.Materializer(), ByteOptions.Default with { ChunkSize = size });
            foreach (var sink in ByteForms.Sinks)
            {
                var written = await forms.WriteAsync(sink, forms.Make(origin, Lines, 5))
                    .Within($"{origin} was written to {sink}");
                Assert.True(Lines.AsSpan().SequenceEqual(written), $"{origin} to {sink} in chunks of {size}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Origins))]
    public async Task Nothing_reads_as_nothing(string origin)
    {
        using var forms = new ByteForms(_system.Materializer(), ByteOptions.Default);
        foreach (var result in ByteForms.Results)
            Assert.Empty(await forms.ReadAsync(result, forms.Make(origin, [], 0)).Within($"{origin} as {result}"));
        foreach (var sink in ByteForms.Sinks)
            Assert.Empty(await forms.WriteAsync(sink, forms.Make(origin, [], 0)).Within($"{origin} to {sink}"));
    }

    [Theory]
    [MemberData(nameof(Origins))]
    public async Task Is_reusable_or_says_that_it_was_read(string origin)
    {
        using var forms = new ByteForms(_system.Materializer(), ByteOptions.Default);
        foreach (var result in ByteForms.Results)
        {
            var source = forms.Make(origin, Lines, 5);
            await forms.ReadAsync(result, source).Within($"{origin} as {result}");
            if (source.IsReusable)
                Assert.Equal(Lines, await forms.ReadAsync(result, source).Within($"{origin} as {result} again"));
            else if (result == "source")
                await Assert.ThrowsAnyAsync<Exception>(() => forms.ReadAsync(result, source));
            else
                await Assert.ThrowsAsync<InvalidOperationException>(() => forms.ReadAsync(result, source));
        }
    }

    [Theory]
    [MemberData(nameof(Origins))]
    public async Task Gathers_up_to_the_limit_and_not_a_byte_more(string origin)
    {
        var enough = ByteOptions.Default with { Limit = Lines.Length };
        using var forms = new ByteForms(_system.Materializer(), enough);
        foreach (var result in new[] { "array", "memory", "sequence", "text", "byte string" })
        {
            Assert.Equal(Lines, await forms.ReadAsync(result, forms.Make(origin, Lines, 5)));

            var source = forms.Make(origin, Lines, 5).With(enough with { Limit = Lines.Length - 1 });
            var thrown = await Assert.ThrowsAsync<ByteLimitException>(() => forms.ReadAsync(result, source));
            Assert.Equal(Lines.Length - 1, thrown.Limit);
            Assert.Contains("ByteOptions.Limit", thrown.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Origins))]
    public async Task No_element_is_above_the_chunk_size_or_empty(string origin)
    {
        foreach (var size in new[] { 1, 3, 4096 })
        {
            using var forms = new ByteForms(_system.Materializer(), ByteOptions.Default with { ChunkSize = size });
            await foreach (var element in forms.Make(origin, Lines, 5).ReadElementsAsync())
                Assert.InRange(element.Length, 1, size);
        }
    }

    [Fact]
    public async Task Memory_is_neither_changed_nor_consumed_nor_shared_by_an_array()
    {
        var bytes = Lines.ToArray();
        var source = ByteSource.From(bytes.AsMemory(4, 3));

        var array = await source.ToArrayAsync();
        array[0] = 0;
        await using (var stream = source.AsStream())
            Assert.Equal('t', stream.ReadByte());

        Assert.Equal("two", await source.ToTextAsync());
        Assert.Equal(Lines, bytes);
        Assert.Equal(3, source.Length);
        Assert.True((await source.ToMemoryAsync()).Span == bytes.AsSpan(4, 3));
    }

    [Fact]
    public async Task A_stream_of_memory_cannot_be_written()
    {
        await using var stream = ByteSource.From(Lines).AsStream();

        Assert.False(stream.CanWrite);
        Assert.Equal(Lines.Length, stream.Length);
    }

    [Fact]
    public async Task A_stream_is_read_from_where_it_stands()
    {
        var stream = new MemoryStream(Lines) { Position = 4 };
        var source = ByteSource.From(stream);

        Assert.Equal(Lines.Length - 4, source.Length);
        Assert.Equal(Lines[4..], await source.ToArrayAsync());
    }

    [Fact]
    public async Task One_of_two_readers_of_the_same_stream_is_refused()
    {
        var source = ByteSource.From(new ProbeStream(Lines));
        var other = source.With(ByteOptions.Default with { ChunkSize = 1 });
        _ = await source.ToArrayAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await other.ToArrayAsync());
    }

    [Theory]
    [InlineData(0, "ChunkSize is 0")]
    [InlineData((16 * 1024 * 1024) + 1, "ChunkSize is 16777217")]
    public void A_chunk_size_out_of_range_is_refused(int size, string message)
    {
        var options = ByteOptions.Default with { ChunkSize = size, MaxLineLength = 0, Window = 0, Limit = -1 };
        var thrown = Assert.Throws<ArgumentException>(() => ByteSource.From(Lines, options));

        Assert.Contains(message, thrown.Message, StringComparison.Ordinal);
        foreach (var also in new[] { "MaxLineLength is 0", "Window is 0", "Limit is -1" })
            Assert.Contains(also, thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_at_the_ends_of_their_ranges_are_valid()
    {
        new ByteOptions { ChunkSize = 1, MaxLineLength = 1, Window = 1, Limit = 0 }.Validate();
        var most = new ByteOptions { ChunkSize = 16 * 1024 * 1024, MaxLineLength = int.MaxValue, Window = 1024 * 1024 };
        (most with { Limit = null }).Validate();
    }

    [Fact]
    public async Task Compares_sources_until_they_differ()
    {
        static ByteSource Stream(string text) =>
            ByteSource.From(new ProbeStream([.. Encoding.ASCII.GetBytes(text).Chunk(2)]));

        Assert.True(await ByteComparison.EqualAsync(Stream("abc"), ByteSource.From("abc")));
        Assert.False(await ByteComparison.EqualAsync(Stream("abc"), ByteSource.From("ab")));
        Assert.True(await ByteComparison.CompareAsync(Stream("abc"), ByteSource.From("abd")) < 0);
        Assert.True(await ByteComparison.CompareAsync(Stream("abcd"), ByteSource.From("abc")) > 0);
        Assert.Equal(0, await ByteComparison.CompareAsync(Stream(""), ByteSource.From("")));
    }
}
