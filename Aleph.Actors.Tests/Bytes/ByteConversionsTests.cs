using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Threading.Channels;
using Akka;
using Akka.Actor;
using Akka.IO;
using Akka.Streams;
using Akka.Streams.Dsl;
using Xunit;

namespace Aleph.Actors.Tests.Bytes;

public sealed class ByteConversionsTests : IAsyncLifetime
{
    private readonly ActorSystem _system = ActorSystem.Create("conversions");

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _system.Terminate();

    [Fact]
    public async Task Converts_from_and_to_every_built_in_type()
    {
        var conversions = ByteConversions.BuiltIn.WithStreams(_system.Materializer());
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync("abc"u8.ToArray());
        await pipe.Writer.CompleteAsync();
        object[] values =
        [
            "abc", "abc"u8.ToArray(), new ReadOnlyMemory<byte>("abc"u8.ToArray()), new Memory<byte>("abc"u8.ToArray()),
            Sequences.Of([.. "a"u8], [.. "bc"u8]), new MemoryStream("abc"u8.ToArray()), pipe.Reader,
            new StringReader("abc"), ByteString.FromString("abc"), Source.Single(ByteString.FromString("abc")),
            new List<byte[]> { new[] { (byte)'a' }, "bc"u8.ToArray() }, new[] { "a", "bc" }.ToAsyncEnumerable(),
            ByteSource.From("abc"),
        ];

        foreach (var value in values)
            Assert.Equal("abc", await conversions.ConvertAsync<string>(value));
        foreach (var type in new[]
        {
            typeof(string), typeof(byte[]), typeof(ReadOnlyMemory<byte>), typeof(ReadOnlySequence<byte>),
            typeof(ByteString), typeof(Stream), typeof(PipeReader), typeof(TextReader), typeof(ByteSource),
            typeof(ChannelReader<ReadOnlyMemory<byte>>), typeof(IAsyncEnumerable<ReadOnlyMemory<byte>>),
            typeof(IAsyncEnumerable<byte[]>), typeof(IAsyncEnumerable<string>), typeof(IEnumerable<byte[]>),
            typeof(Source<ByteString, NotUsed>),
        })
        {
            Assert.NotNull(conversions.Path(typeof(FileStream), type));
        }
    }

    [Fact]
    public async Task Every_result_holds_the_bytes()
    {
        var all = ByteConversions.BuiltIn.WithStreams(_system.Materializer());

        async Task Check<T>() where T : notnull =>
            Assert.Equal("aé", await all.ConvertAsync<string>(await all.ConvertAsync<T>("aé")));

        await Check<byte[]>();
        await Check<ReadOnlyMemory<byte>>();
        await Check<ReadOnlySequence<byte>>();
        await Check<ByteString>();
        await Check<Stream>();
        await Check<PipeReader>();
        await Check<TextReader>();
        await Check<ByteSource>();
        await Check<ChannelReader<ReadOnlyMemory<byte>>>();
        await Check<IAsyncEnumerable<ReadOnlyMemory<byte>>>();
        await Check<IAsyncEnumerable<byte[]>>();
        await Check<IAsyncEnumerable<string>>();
        await Check<IEnumerable<byte[]>>();
        await Check<Source<ByteString, NotUsed>>();
    }

    [Fact]
    public async Task What_a_user_adds_joins_with_what_is_there_in_both_directions()
    {
        var conversions = ByteConversions.BuiltIn
            .With<Celsius, string>(x => $"{x.Degrees} C")
            .With<byte[], Kelvin>(x => new Kelvin(x.Length));

        Assert.Equal("21 C"u8.ToArray(), await conversions.ConvertAsync<byte[]>(new Celsius(21)));
        Assert.Equal(new Kelvin(4), await conversions.ConvertAsync<Kelvin>(new Celsius(21)));
        Assert.Equal(
            [typeof(Celsius), typeof(string), typeof(ByteSource), typeof(byte[]), typeof(Kelvin)],
            conversions.Path(typeof(Celsius), typeof(Kelvin)));
    }

    [Fact]
    public async Task The_shortest_way_wins_and_of_two_the_one_added_last()
    {
        var conversions = ByteConversions.BuiltIn.With<string, byte[]>(_ => [1]).With<string, byte[]>(_ => [2]);

        Assert.Equal([2], await conversions.ConvertAsync<byte[]>("abc"));
        Assert.Equal("abc"u8.ToArray(), await ByteConversions.BuiltIn.ConvertAsync<byte[]>("abc"));
    }

    [Fact]
    public async Task A_value_that_is_one_already_stays_itself()
    {
        var bytes = new byte[1];

        Assert.Same(bytes, await ByteConversions.BuiltIn.ConvertAsync<byte[]>(bytes));
        Assert.Equal([typeof(byte[])], ByteConversions.BuiltIn.Path(typeof(byte[]), typeof(byte[])));
    }

    [Fact]
    public async Task What_cannot_be_names_both_types_and_what_can()
    {
        var conversions = ByteConversions.BuiltIn.With<Celsius, Kelvin>(x => new Kelvin(x.Degrees + 273));

        var thrown = await Assert.ThrowsAsync<ByteConversionException>(
            async () => await conversions.ConvertAsync<IAsyncEnumerable<byte[]>>(new Celsius(1)));

        Assert.Equal(
            "Nothing converts Celsius to IAsyncEnumerable<Byte[]>. From it there is a way to: Kelvin.", thrown.Message);
        Assert.Equal([typeof(Kelvin)], thrown.Possible);
        Assert.Null(conversions.Path(typeof(Celsius), typeof(string)));
        Assert.Empty(conversions.Possible(typeof(Kelvin)));
        Assert.Contains(typeof(ByteString), conversions.Possible(typeof(string)));
        Assert.Equal(typeof(ByteSource), conversions.Possible(typeof(string)).First());
    }

    [Fact]
    public async Task Options_and_tokens_reach_the_steps()
    {
        var options = ByteOptions.Default with { Encoding = Encoding.Unicode, Limit = 4 };
        using var stop = new CancellationTokenSource();
        var conversions = ByteConversions.BuiltIn.With<Celsius, string>((value, given, token) =>
        {
            Assert.Same(options, given);
            Assert.Equal(stop.Token, token);
            return new("ab");
        });

        Assert.Equal([97, 0, 98, 0], await conversions.ConvertAsync<byte[]>(new Celsius(1), options, stop.Token));
        await Assert.ThrowsAsync<ByteLimitException>(
            async () => await conversions.ConvertAsync<byte[]>("abc", options));
        await Assert.ThrowsAsync<ByteLimitException>(
            async () => await conversions.ConvertAsync<byte[]>(ByteSource.From("abcde"), options));
    }

    [Fact]
    public async Task A_step_that_fails_closes_what_came_before()
    {
        var stream = new ProbeStream("abc"u8.ToArray());
        var conversions = ByteConversions.BuiltIn.With<ByteSource, Kelvin>(
            Kelvin (ByteSource _) => throw new FormatException("no"));

        await Assert.ThrowsAsync<FormatException>(async () => await conversions.ConvertAsync<Kelvin>(stream));

        Assert.Equal(1, stream.Disposals);
    }

    private sealed record Celsius(int Degrees);

    private sealed record Kelvin(int Degrees);
}
