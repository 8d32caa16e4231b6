using System.Text;
using Akka.Actor;
using Akka.IO;
using Akka.Streams.Dsl;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Docs;

/// <summary>The examples of docs/guide/bytes.md do what it says.</summary>
public sealed class BytesExamplesTests : IAsyncLifetime
{
    private readonly ActorSystem _system = ActorSystem.Create("examples");
    private readonly string _file = Path.GetTempFileName();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        File.Delete(_file);
        await _system.Terminate();
    }

    [Fact]
    public async Task Lines_bodies_and_blocks()
    {
        Assert.Equal(["a", "b"], await BytesExamples.ReadLinesAsync(new MemoryStream("a\r\nb"u8.ToArray())));
        Assert.Equal("text", await BytesExamples.ReadSmallAsync(HttpBody.From("text")));
        await Assert.ThrowsAsync<ByteLimitException>(
            () => BytesExamples.ReadSmallAsync(HttpBody.From(new byte[(64 * 1024) + 1])));

        var body = BytesExamples.FromBytes(ByteSource.From("body"));
        Assert.Equal(4, body.Length);
        Assert.Equal("body", await body.ReadTextAsync());
        Assert.Equal("body"u8.ToArray(), BytesExamples.Blocking(ByteSource.From("body")));
    }

    [Fact]
    public async Task Files_and_graphs()
    {
        await File.WriteAllTextAsync(_file, new string('x', 100));
        var graph = Source.From([ByteString.FromString("yy"), ByteString.FromString("zz")]);
        Assert.Equal(4, await BytesExamples.GraphToFileAsync(graph.MapMaterializedValue(_ => Akka.NotUsed.Instance),
            _system, _file).Within("the file was written"));
        await File.AppendAllTextAsync(_file, new string('x', 46));

        var connection = new MemoryStream();
        Assert.Equal(50, await BytesExamples.CopyAsync(_file, connection));
        Assert.Equal("yyzzxx", Encoding.ASCII.GetString(connection.ToArray())[..6]);
        Assert.True(connection.CanWrite);
    }

    [Fact]
    public async Task Conversions_and_dumps()
    {
        Assert.Equal("http://a/", (await BytesExamples.ConvertAsync(new Uri("http://a"))).ToString(Encoding.ASCII));
        Assert.Equal(
            "received\n00000000  47 45 54 20 2f 20 48 54  54 50 2f 31 2e 31 0d 0a  |GET / HTTP/1.1..|\n" +
            "… 11 more bytes",
            BytesExamples.Dump(new StringBuilder()));
    }
}
