using System.Text;
using Akka;
using Akka.Actor;
using Akka.IO;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace Aleph.Actors.Tests.Docs;

/// <summary>The examples of docs/guide/tcp-streams.md, each a method; TcpStreamExampleTests runs them.</summary>
internal static class TcpStreamExamples
{
    public static async Task<ServerBinding> EchoAsync(ActorSystem system)
    {
        var materializer = system.Materializer();
        var binding = await TcpStreams.Bind(system, port: 0)
            .To(Sink.ForEach<IncomingTcpConnection>(c => c.HandleWith(Flow.Create<ByteString>(), materializer)))
            .Run(materializer);
        return binding;
    }

    public static Flow<ByteString, ByteString, NotUsed> Shouting()
    {
        var lines = Framing.Delimiter(ByteString.FromString("\n"), maximumFrameLength: 1024)
            .Select(line => line.ToString(Encoding.UTF8).ToUpperInvariant())
            .Select(line => ByteString.FromString(line + "\n"));
        return lines;
    }

    public static async Task<string> AskAsync(ActorSystem system, string host, int port)
    {
        var frames = Framing.SimpleFramingProtocol(maximumMessageLength: 64 * 1024);
        var answer = await Source.Single(ByteString.FromString("question"))
            .Via(frames.Join(TcpStreams.Connect(system, host, port)))
            .RunWith(Sink.First<ByteString>(), system.Materializer());
        return answer.ToString(Encoding.UTF8);
    }

    public static async Task<ServerBinding> ServeAsync(ActorSystem system)
    {
        var server = await system.AlephTcp().ServeAsync(0, async connection =>
        {
            await foreach (var message in connection.ReceiveAllAsync())
                await connection.SendAsync(message);
        });
        return server;
    }

    public static async Task<string> TalkAsync(ActorSystem system, string host, int port)
    {
        await using var connection = await system.AlephTcp().ConnectAsync(host, port);
        await connection.SendAsync("hello\n"u8.ToArray());
        var answer = await connection.ReceiveAsync();
        return Encoding.UTF8.GetString(answer.Span);
    }

    public static async Task<string?> ReadALineAsync(DuplexConnection connection)
    {
        await using var stream = connection.AsStream();
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadLineAsync();
    }

    public static Task CountAsync(DuplexConnection connection, IMaterializer materializer)
    {
        connection.Source
            .Select(bytes => ByteString.FromString($"{bytes.Count}\n"))
            .RunWith(connection.Sink, materializer);
        return connection.Completion;
    }
}
