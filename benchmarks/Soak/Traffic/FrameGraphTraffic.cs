using System.Net;
using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using Aleph.Actors;
using LengthPrefixed;
using Soak.Servers;

namespace Soak.Traffic;

/// <summary>
/// The same protocol by the client graph of the sample: a connection for each exchange, as one stream.
/// </summary>
internal sealed class FrameGraphTraffic(ActorSystem system, IMaterializer materializer, SoakServer server) : ITraffic
{
    /// <summary>Why a stream failed that its user cancelled.</summary>
    public const string GivenUp = "The user has given up.";

    private const int LongestText = 2000;
    private const int MostTexts = 20;

    public string Name => "length-prefixed, a graph each";

    public int Users => 3;

    public async Task RunAsync(User user)
    {
        while (await user.NextAsync())
        {
            var texts = Enumerable.Range(0, user.Random.Next(1, MostTexts))
                .Select(_ => Payload.Text(user.Random.NextInt64(), user.Random.Next(LongestText))).ToList();
            await user.ExchangeAsync(server.Name, token => AskAsync(texts, token));
        }
    }

    private async Task AskAsync(List<string> texts, CancellationToken cancellation)
    {
        var at = (IPEndPoint)server.EndPoint;
        var (kill, answers) = Source.From(texts.Select(text => "UPPER " + text))
            .Via(Protocol.Frames.Join(TcpStreams.Connect(system, $"{at.Address}", at.Port)))
            .ViaMaterialized(KillSwitches.Single<string>(), Keep.Right)
            .ToMaterialized(Sink.Seq<string>(), Keep.Both)
            .Run(materializer);
        await using var cancelled = cancellation.Register(() => kill.Abort(new IOException(GivenUp)));
        var got = await answers;
        if (got.Count != texts.Count)
            throw new EndOfStreamException($"{got.Count} of {texts.Count} answers");
        foreach (var (answer, text) in got.Zip(texts))
            Payload.Check(answer, text.ToUpperInvariant());
    }
}
