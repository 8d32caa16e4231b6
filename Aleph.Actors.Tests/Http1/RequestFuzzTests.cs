using Aleph.Actors.Http.Http1;
using Xunit;

namespace Aleph.Actors.Tests.Http1;

/// <summary>
/// Octets of any kind, in any cut, give events or one error, and the same for every cut; never an exception.
/// </summary>
public class RequestFuzzTests
{
    private const int Rounds = 4000;

    private static readonly string[] Seeds =
    [
        "GET / HTTP/1.1|Host: a||",
        "||GET /a%20b/../c?d HTTP/1.0|Connection: keep-alive||" +
            "POST http://a:80/ HTTP/1.1|Host: a|Content-Length: 3||abc",
        "POST / HTTP/1.1|Host: [::1]:80|Transfer-Encoding: chunked||5;a=\"b\"|hello|0|T: v||GET / HTTP/1.1|Host: a||",
        "OPTIONS * HTTP/1.1|Host: a|Expect: 100-continue|Upgrade: x|Connection: upgrade, close|Content-Length: 1||x",
        "CONNECT a:1 HTTP/1.1|Host: a:1|User-Agent: x|Accept: */*||",
        "GET / HTTP/1.1|Host: a||GET / HTTP/1.1|Host: a||GET / HTTP/1.1|Host: a||GET /b HTTP/1.1|Host: a||",
    ];

    private static readonly byte[] Nasty =
        "\0\r\n\t :;,\"\\%/?#*[]@-+0123456789abcdefxHTP.\x7f\u0080\u00ff"u8.ToArray();

    private static readonly Http1Limits Small = new()
    {
        MaxRequestLine = 40,
        MaxHeaderBytes = 90,
        MaxHeaderCount = 4,
        MaxLeadingCrlf = 2,
        MaxChunkExtension = 6,
        MaxChunkExtensionTotal = 9,
    };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Mutated_requests_read_the_same_in_every_cut(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < Rounds; round++)
        {
            var octets = Mutate(Wire.Text(Seeds[random.Next(Seeds.Length)]), random);
            Check(octets, random, random.Next(3) == 0 ? Small : Http1Limits.Default);
        }
    }

    [Fact]
    public void Random_octets_read_the_same_in_every_cut()
    {
        var random = new Random(5);
        for (var round = 0; round < Rounds; round++)
        {
            var octets = new byte[random.Next(1, 80)];
            random.NextBytes(octets);
            if (random.Next(2) == 0)
                octets = [.. octets.Select(octet => Nasty[octet % Nasty.Length])];
            Check(octets, random, Http1Limits.Default);
            Check([.. "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"u8, .. octets], random,
                Http1Limits.Default);
        }
    }

    private static void Check(byte[] octets, Random random, Http1Limits limits)
    {
        long? maxBody = random.Next(2) == 0 ? null : random.Next(0, 6);
        var whole = Transcript.Of([octets], limits, maxBody);
        var parts = Transcript.Of(Cuts.Random(octets, random), limits, maxBody);
        Assert.True(
            whole.Text == parts.Text, $"{Convert.ToHexString(octets)}\nwhole:\n{whole.Text}\nin parts:\n{parts.Text}");
        Assert.True(whole.Error is null || whole.Error.Status.Code is >= 400 and < 600, whole.Text);
    }

    private static byte[] Mutate(byte[] octets, Random random)
    {
        var changed = octets.ToList();
        for (var i = random.Next(1, 5); i > 0 && changed.Count > 1; i--)
        {
            var at = random.Next(changed.Count);
            switch (random.Next(5))
            {
                case 0:
                    changed[at] = Nasty[random.Next(Nasty.Length)];
                    break;
                case 1:
                    changed.Insert(at, Nasty[random.Next(Nasty.Length)]);
                    break;
                case 2:
                    changed.RemoveAt(at);
                    break;
                case 3:
                    changed.RemoveRange(at, random.Next(1, Math.Min(20, changed.Count - at) + 1));
                    break;
                default:
                    var from = random.Next(changed.Count);
                    changed.InsertRange(
                        at, changed.GetRange(from, random.Next(1, Math.Min(20, changed.Count - from) + 1)));
                    break;
            }
        }

        return [.. changed];
    }
}
