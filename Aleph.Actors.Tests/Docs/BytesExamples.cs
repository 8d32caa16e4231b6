using System.Text;
using Akka;
using Akka.Actor;
using Akka.IO;
using Akka.Streams;
using Akka.Streams.Dsl;
using Aleph.Actors.Http;

namespace Aleph.Actors.Tests.Docs;

/// <summary>The examples of docs/guide/bytes.md, each a method; BytesExamplesTests runs them.</summary>
internal static class BytesExamples
{
    public static async Task<List<string>> ReadLinesAsync(Stream upload)
    {
        var seen = new List<string>();
        await foreach (var line in ByteSource.From(upload).ReadLinesAsync())
            seen.Add(line);
        return seen;
    }

    public static async Task<string> ReadSmallAsync(HttpBody body)
    {
        var options = ByteOptions.Default with { Limit = 64 * 1024, ThrowOnInvalid = true };
        var text = await ByteSource.From(body.ReadElementsAsync(), options).ToTextAsync();
        return text;
    }

    public static HttpBody FromBytes(ByteSource source)
    {
        var body = HttpBody.From(source.ReadElementsAsync(), source.Length);
        return body;
    }

    public static async Task<long> GraphToFileAsync(
        Source<ByteString, NotUsed> graph, ActorSystem system, string path)
    {
        var append = ByteOptions.Default with { Append = true };
        var written = await graph.RunWith(ByteSink.ToFile(path, append).AsSink(), system.Materializer());
        return written;
    }

    public static async Task<long> CopyAsync(string path, Stream connection)
    {
        var sent = await ByteSource.FromFile(path, offset: 100, length: 50).TransferToAsync(
            ByteSink.To(connection, ByteOptions.Default with { LeaveOpen = true }));
        return sent;
    }

    public static byte[] Blocking(ByteSource source)
    {
        var all = new List<byte>();
        foreach (var chunk in source.ReadChunksAsync().ToBlockingEnumerable())
            all.AddRange(chunk);
        return [.. all];
    }

    public static async Task<ByteString> ConvertAsync(object value)
    {
        var conversions = ByteConversions.BuiltIn
            .With<Uri, string>(uri => uri.AbsoluteUri)
            .With<ByteSource, Guid>(async (source, _, stop) => new Guid(await source.ToArrayAsync(stop)));
        var bytes = await conversions.ConvertAsync<ByteString>(value);
        return bytes;
    }

    public static string Dump(StringBuilder log)
    {
        log.Append("received\n");
        HexDump.Write("GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8, log, maxBytes: 16);
        return log.ToString();
    }
}
