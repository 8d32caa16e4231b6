using System.Diagnostics;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Conformance;

/// <summary>
/// Request smuggling and other abuse over sockets: each <see cref="StrictnessCase"/>, followed by a request that must
/// not run unless the case is allowed.
/// </summary>
public class StrictnessTests : IAsyncLifetime
{
    private const string Smuggled = "GET /smuggled HTTP/1.1|Host: a|Connection: close||";
    private HttpHost _host = null!;

    private protected virtual TcpTransport Transport => TcpTransport.Sockets;

    public static TheoryData<string> Cases() => [.. StrictnessCase.All.Keys];

    public async Task InitializeAsync() => _host = await HttpHost.StartAsync(HttpHost.Over(Transport));

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Answers_once_and_closes(string name)
    {
        var row = StrictnessCase.All[name];
        var (answers, fate) = await ExchangeAsync(row.Wire + Smuggled);

        var first = Assert.IsType<RawResponse>(answers.FirstOrDefault());
        Assert.Contains(first.Status, row.Allowed);
        if (first.Status is 200 or 404)
        {
            Assert.Equal(["close"], answers.Skip(1).Select(x => x["Connection"] ?? ""));
        }
        else
        {
            Assert.Single(answers);
            Assert.Equal("close", first["Connection"]);
            Assert.Equal(ConnectionFate.Closed, fate);
            Assert.DoesNotContain(_host.Seen, x => x.Contains("smuggled", StringComparison.Ordinal));
        }

        await _host.AnswersAsync(Waiting.Patience);
        Assert.Equal(0, (await _host.StatisticsAsync()).BufferedBytes);
    }

    [Fact]
    public async Task Odd_fields_take_no_time()
    {
        var floods = StrictnessCase.All
            .Where(x => x.Key.Contains(" of ", StringComparison.Ordinal) && x.Value.Allowed is [200]);
        foreach (var (name, row) in floods)
        {

            // As often as other work of the machine may get between.
            var best = TimeSpan.MaxValue;
            for (var i = 0; i < 200 && best > TimeSpan.FromMilliseconds(50); i++)
            {
                using var client = await RawClient.ConnectAsync(_host.EndPoint);
                var begin = Stopwatch.GetTimestamp();
                await client.SendAsync(RawClient.Bytes(row.Wire));
                await client.ReadResponseAsync().Within($"an answer: {name}");
                best = TimeSpan.FromTicks(Math.Min(best.Ticks, Stopwatch.GetElapsedTime(begin).Ticks));
            }

            Assert.True(best < TimeSpan.FromMilliseconds(50), $"{name} took {best}");
        }
    }

    [Fact]
    public async Task A_response_cannot_be_split_by_its_handler()
    {
        await using var host = await HttpHost.StartAsync(
            _ => new(HttpResponse.Text("x").WithHeader("X", "a\r\nSet-Cookie: b")));
        using var client = await RawClient.ConnectAsync(host.EndPoint);
        await client.SendAsync(RawClient.Bytes("GET / HTTP/1.1|Host: a|Connection: close||"));
        var answer = Assert.Single(await client.ReadToEndAsync());
        Assert.Equal(500, answer.Status);
        Assert.DoesNotContain(answer.Head, x => x.StartsWith("Set-Cookie", StringComparison.Ordinal));
    }

    private async Task<(List<RawResponse> Answers, ConnectionFate? Fate)> ExchangeAsync(string wire)
    {
        using var client = await RawClient.ConnectAsync(_host.EndPoint);
        await client.SendAsync(RawClient.Bytes(wire));
        return (await client.ReadToEndAsync(), client.Fate);
    }
}
