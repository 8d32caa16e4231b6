using Akka.Actor;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Http1;
using Aleph.Actors.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Aleph.Actors.Tests.Server;

/// <summary>Random and mutated bytes in any split: answers or a close, no fault, nothing left behind.</summary>
public class FuzzTests : ServerHarness
{
    private const int Connections = 1500;

    private static readonly byte[] Nasty = "\0\r\n\t :;,\"%/?#*[]@-+0123456789abcfxHTP.\x7f\u0080"u8.ToArray();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Every_connection_ends_in_answers_or_a_close(int seed)
    {
        var server = Serve(CorpusTests.Handle);
        var random = new System.Random(seed);
        var corpus = CorpusTests.Valid().Select((object[] x) => Support.Wire.Text((string)x[0])).ToArray();
        var clients = new List<Task>();
        for (var i = 0; i < Connections; i++)
        {
            var octets = i % 10 == 0
                    ? Gen.Sample(ArbMap.Default.GeneratorFor<byte[]>(), 60, 1).First()
                : Mutate(corpus[random.Next(corpus.Length)], random);
            clients.Add(ConverseAsync(server, octets, random.Next(4) == 0, new System.Random(random.Next())));
            if (clients.Count == 32)
            {
                await Task.WhenAll(clients).Within("the connections ended");
                clients.Clear();
            }
        }

        await Task.WhenAll(clients).Within("the connections ended");
        Assert.Empty(Logged.Errors);
        await server.ExpectNothingLeftAsync();
    }

    private static async Task ConverseAsync(TestServer server, byte[] octets, bool resets, System.Random random)
    {
        var client = server.Connect(new MemoryTransportOptions { MaxDelivery = random.Next(1, 40) });
        try
        {
            foreach (var segment in Cuts.Random(octets, random))
            {
                await client.Peer.WriteAsync(segment);
                if (random.Next(3) == 0)
                    await Task.Yield();
            }

            if (resets)
            {
                client.Peer.Reset();
                return;
            }

            client.Peer.HalfClose();
            var answers = await client.ReadToEndAsync();
            Assert.True(answers.Length == 0 || answers.StartsWith("HTTP/1.1 ", StringComparison.Ordinal), answers);
            Assert.DoesNotContain("HTTP/1.1 500", answers, StringComparison.Ordinal);
        }
        catch (IOException) when (octets.Length > 0)
        {
            // A content that ends too early resets its connection.
        }
    }

    private static byte[] Mutate(byte[] octets, System.Random random)
    {
        var changed = octets.ToList();
        for (var i = random.Next(0, 5); i > 0 && changed.Count > 1; i--)
        {
            var at = random.Next(changed.Count);
            switch (random.Next(4))
            {
                case 0:
                    changed[at] = Nasty[random.Next(Nasty.Length)];
                    break;
                case 1:
                    changed.Insert(at, Nasty[random.Next(Nasty.Length)]);
                    break;
                case 2:
                    changed.RemoveRange(at, random.Next(1, Math.Min(20, changed.Count - at) + 1));
                    break;
                default:
                    changed.AddRange(changed.GetRange(at, changed.Count - at));
                    break;
            }
        }

        return [.. changed];
    }
}
