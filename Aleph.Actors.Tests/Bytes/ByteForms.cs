using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Threading.Channels;
using Akka;
using Akka.IO;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace Aleph.Actors.Tests.Bytes;

/// <summary>
/// Every form that bytes come in and every form they are read as, by name. Text forms carry ASCII only: the encoding's
/// own tests have the rest.
/// </summary>
internal sealed class ByteForms(IMaterializer materializer, ByteOptions options) : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public static string[] Origins { get; } =
    [
        "array", "memory", "sequence", "text", "byte string", "stream", "pipe", "elements", "arrays", "pieces of text",
        "collection", "blocking arrays", "channel of memory", "channel of arrays", "reader", "lines", "source", "file",
    ];

    public static string[] Results { get; } =
    [
        "array", "memory", "sequence", "text", "byte string", "stream", "blocking stream", "pipe", "elements", "arrays",
        "blocking arrays", "pieces of text", "channel", "reader", "blocking reader", "lines", "source",
    ];

    public static string[] Sinks { get; } =
        ["stream", "pipe", "buffer", "channel of memory", "channel of arrays", "text writer", "file", "stage"];

    /// <summary>The same bytes in the named form, in two pieces where it has pieces.</summary>
    public ByteSource Make(string form, byte[] bytes, int cut)
    {
        var (first, second) = (bytes[..cut], bytes[cut..]);
        return form switch
        {
            "array" => ByteSource.From(bytes, options),
            "memory" => ByteSource.From(new Memory<byte>(bytes), options),
            "sequence" => ByteSource.From(Sequences.Of(first, second), options),
            "text" => ByteSource.From(Text(bytes), options),
            "byte string" => (ByteString.FromBytes(first) + ByteString.FromBytes(second)).ToByteSource(options),
            "stream" => ByteSource.From(new ProbeStream(first, second), options),
            "pipe" => ByteSource.From(Pipe(first, second), options),
            "elements" => ByteSource.From(Async<ReadOnlyMemory<byte>>(first, second), options),
            "arrays" => ByteSource.From(Async(first, second), options),
            "pieces of text" => ByteSource.From(Async(Text(first), Text(second)), options),
            "collection" => ByteSource.From([first, second], options),
            "blocking arrays" => ByteSource.From(Blocking(first, second), options),
            "channel of memory" => ByteSource.From(Channel<ReadOnlyMemory<byte>>(first, second), options),
            "channel of arrays" => ByteSource.From(Channel(first, second), options),
            "reader" => ByteSource.From(new StringReader(Text(bytes)), options),
            "lines" => ByteSource.FromLines(Async(Text(bytes).Split('\n')[..^1]), options),
            "source" => Source.From([ByteString.FromBytes(first), ByteString.FromBytes(second)])
                .ToByteSource(materializer, options),
            "file" => ByteSource.FromFile(Written(bytes), options: options),
            _ => throw new ArgumentException(form),
        };
    }

    /// <summary>What the named form has, as bytes.</summary>
    public async Task<byte[]> ReadAsync(string form, ByteSource source) => form switch
    {
        "array" => await source.ToArrayAsync(),
        "memory" => (await source.ToMemoryAsync()).ToArray(),
        "sequence" => (await source.ToSequenceAsync()).ToArray(),
        "text" => Encoding.ASCII.GetBytes(await source.ToTextAsync()),
        "byte string" => (await source.ToByteStringAsync()).ToArray(),
        "stream" => await ReadStreamAsync(source),
        "blocking stream" => await Task.Run(() => ReadStream(source)),
        "pipe" => await ReadPipeAsync(source.AsPipeReader()),
        "elements" => await JoinAsync(source.ReadElementsAsync(), x => x.ToArray()),
        "arrays" => await JoinAsync(source.ReadChunksAsync(), x => x),
        "blocking arrays" => await Task.Run(() => source.ReadChunksAsync().ToBlockingEnumerable().SelectMany(x => x)
            .ToArray()),
        "pieces of text" => await JoinAsync(source.ReadTextAsync(), Encoding.ASCII.GetBytes),
        "channel" => await JoinAsync(source.AsChannelReader().ReadAllAsync(), x => x.ToArray()),
        "reader" => await ReadTextAsync(source),
        "blocking reader" => await Task.Run(() => ReadText(source)),
        "lines" => await JoinAsync(source.ReadLinesAsync(), x => Encoding.ASCII.GetBytes(x + "\n")),
        "source" => await JoinAsync(source.AsSource().RunAsAsyncEnumerable(materializer), x => x.ToArray()),
        _ => throw new ArgumentException(form),
    };

    /// <summary>What the named sink has after a transfer.</summary>
    public async Task<byte[]> WriteAsync(string form, ByteSource source)
    {
        var pipe = new Pipe();
        switch (form)
        {
            case "stream":
                var stream = new MemoryStream();
                await source.TransferToAsync(ByteSink.To(stream, options));
                return stream.ToArray();
            case "pipe":
                var reading = ReadPipeAsync(pipe.Reader);
                await source.TransferToAsync(ByteSink.To(pipe.Writer, options));
                return await reading;
            case "buffer":
                var buffer = new ArrayBufferWriter<byte>();
                await source.TransferToAsync(ByteSink.To(buffer));
                return buffer.WrittenSpan.ToArray();
            case "channel of memory":
                var memory = System.Threading.Channels.Channel.CreateBounded<ReadOnlyMemory<byte>>(1);
                var memories = JoinAsync(memory.Reader.ReadAllAsync(), x => x.ToArray());
                await source.TransferToAsync(ByteSink.To(memory.Writer, options));
                return await memories;
            case "channel of arrays":
                var channel = System.Threading.Channels.Channel.CreateBounded<byte[]>(1);
                var arrays = JoinAsync(channel.Reader.ReadAllAsync(), x => x);
                await source.TransferToAsync(ByteSink.To(channel.Writer, options));
                return await arrays;
            case "text writer":
                var writer = new StringWriter();
                await source.TransferToAsync(ByteSink.To(writer, options));
                return Encoding.ASCII.GetBytes(writer.ToString());
            case "file":
                return await WriteFileAsync(source);
            case "stage":
                var staged = new MemoryStream();
                await source.AsSource().RunWith(ByteSink.To(staged, options).AsSink(), materializer);
                return staged.ToArray();
            default:
                throw new ArgumentException(form);
        }
    }

    public void Dispose() => File.Delete(_file);

    private static string Text(byte[] bytes) => Encoding.ASCII.GetString(bytes);

    private static async IAsyncEnumerable<T> Async<T>(params T[] elements)
    {
        foreach (var element in elements)
        {
            await Task.Yield();
            yield return element;
        }
    }

    private static IEnumerable<byte[]> Blocking(byte[] first, byte[] second)
    {
        yield return first;
        yield return second;
    }

    private static PipeReader Pipe(byte[] first, byte[] second)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        pipe.Writer.Write(first);
        pipe.Writer.Write(second);
        pipe.Writer.Complete();
        return pipe.Reader;
    }

    private static ChannelReader<T> Channel<T>(params T[] elements)
    {
        var channel = System.Threading.Channels.Channel.CreateUnbounded<T>();
        foreach (var element in elements)
            Xunit.Assert.True(channel.Writer.TryWrite(element));
        channel.Writer.Complete();
        return channel.Reader;
    }

    private static async Task<byte[]> JoinAsync<T>(IAsyncEnumerable<T> elements, Func<T, byte[]> bytes)
    {
        var all = new MemoryStream();
        await foreach (var element in elements)
            all.Write(bytes(element));
        return all.ToArray();
    }

    private static async Task<byte[]> ReadPipeAsync(PipeReader reader)
    {
        var all = new MemoryStream();
        await reader.CopyToAsync(all);
        await reader.CompleteAsync();
        return all.ToArray();
    }

    private static async Task<byte[]> ReadStreamAsync(ByteSource source)
    {
        await using var stream = source.AsStream();
        var all = new MemoryStream();
        await stream.CopyToAsync(all);
        return all.ToArray();
    }

    private static byte[] ReadStream(ByteSource source)
    {
        using var stream = source.AsStream();
        var all = new MemoryStream();
        for (var next = stream.ReadByte(); next >= 0; next = stream.ReadByte())
            all.WriteByte((byte)next);
        return all.ToArray();
    }

    private static async Task<byte[]> ReadTextAsync(ByteSource source)
    {
        using var reader = source.AsTextReader();
        return Encoding.ASCII.GetBytes(await reader.ReadToEndAsync());
    }

    private static byte[] ReadText(ByteSource source)
    {
        using var reader = source.AsTextReader();
        return Encoding.ASCII.GetBytes(reader.ReadToEnd());
    }

    private string Written(byte[] bytes)
    {
        File.WriteAllBytes(_file, bytes);
        return _file;
    }

    private async Task<byte[]> WriteFileAsync(ByteSource source)
    {
        var path = Path.GetTempFileName();
        try
        {
            await source.TransferToAsync(ByteSink.ToFile(path, options));
            return await File.ReadAllBytesAsync(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
