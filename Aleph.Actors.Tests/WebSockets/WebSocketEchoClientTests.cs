using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.WebSockets;

/// <summary>
/// The sample WebSocketEchoClient with servers that the test plays: a plain one, and one that fuzzes.
/// </summary>
public sealed class WebSocketEchoClientTests
{
    private static readonly Func<FrameLink, Task>[] Cases =
    [
        async link =>
        {
            await link.SendTextAsync("hello");
            await ExpectAsync(link, Frames.Text, "hello"u8.ToArray());
            await link.CloseAsync();
        },
        async link =>
        {
            var bytes = new byte[70_000];
            new Random(1).NextBytes(bytes);
            await link.SendFrameAsync(Frames.Binary, bytes[..1]);
            await link.SendFrameAsync(0, bytes[1..40_000]);
            await link.SendFrameAsync(Frames.Fin, bytes[40_000..]);
            await ExpectAsync(link, Frames.Binary, bytes);
            await link.CloseAsync();
        },
        async link =>
        {
            await link.SendFrameAsync(Frames.Text, "in "u8.ToArray());
            await link.SendFrameAsync(Frames.Fin | Frames.Ping, "between"u8.ToArray());
            await ExpectAsync(link, Frames.Pong, "between"u8.ToArray());
            await link.SendFrameAsync(Frames.Fin, "two"u8.ToArray());
            await ExpectAsync(link, Frames.Text, "in two"u8.ToArray());
            await link.CloseAsync();
        },
        async link =>
        {
            await link.SendFrameAsync(Frames.Fin | Frames.Text, [0xCE, 0xBA, 0xE1, 0xED]);
            await link.ExpectCloseAsync(1007);
        },
        async link =>
        {
            await link.SendFrameAsync(Frames.Fin | 3, []);
            await link.ExpectCloseAsync(1002);
        },
        async link =>
        {
            await link.SendFrameAsync(Frames.Text, "x"u8.ToArray());
            await link.SendAsync([.. Enumerable.Repeat(Frames.Plain(0, "y"u8), 300).SelectMany(x => x)]);
            await link.SendFrameAsync(Frames.Fin, []);
            await ExpectAsync(link, Frames.Text, [(byte)'x', .. Enumerable.Repeat((byte)'y', 300)]);
            await link.CloseAsync();
        },
        async link => await link.CloseAsync(4001, "bye"),
        async link => await link.SendAsync([0x81]),
    ];

    [Fact]
    public async Task Runs_all_cases_of_a_fuzzing_server_and_has_the_reports_updated()
    {
        await using var server = FrameServer.Start(RunAsync);
        using var sample = SampleProcess.Start("WebSocketEchoClient", server.Url, "--autobahn", "a b&c");
        Assert.Equal(0, await sample.ExitAsync());
        Assert.Equal(
            ["/getCaseCount", .. Cases.Select((_, i) => $"/runCase?case={i + 1}&agent=a%20b%26c"),
                "/updateReports?agent=a%20b%26c"],
            server.Targets);
    }

    [Fact]
    public async Task Echoes_until_the_server_closes_and_says_how()
    {
        await using var server = FrameServer.Start(async link =>
        {
            Assert.Equal("/some/path?x=1", link.Target);
            await link.SendTextAsync("one");
            await ExpectAsync(link, Frames.Text, "one"u8.ToArray());
            await link.SendFrameAsync(Frames.Fin | Frames.Binary, new byte[1 << 20]);
            await ExpectAsync(link, Frames.Binary, new byte[1 << 20]);
            await link.CloseAsync(4002, "enough");
        });
        using var sample = SampleProcess.Start("WebSocketEchoClient", server.Url + "/some/path?x=1");
        await sample.LineAsync("4002 (enough)");
        Assert.Equal(0, await sample.ExitAsync());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(2, "a", "b")]
    [InlineData(1, "ws://127.0.0.1:1")]
    public async Task A_wrong_command_line_exits_with_2_and_a_server_that_is_not_there_with_1(
        int exitCode, params string[] arguments)
    {
        using var sample = SampleProcess.Start("WebSocketEchoClient", arguments);
        Assert.Equal(exitCode, await sample.ExitAsync());
    }

    private static async Task RunAsync(FrameLink link)
    {
        if (link.Target.StartsWith("/runCase?case=", StringComparison.Ordinal))
        {
            await Cases[int.Parse(link.Target[14..].Split('&')[0]) - 1](link);
            return;
        }

        if (link.Target == "/getCaseCount")
            await link.SendTextAsync($"{Cases.Length}");
        await link.CloseAsync();
    }

    private static async Task ExpectAsync(FrameLink link, int opcode, byte[] payload)
    {
        var message = await link.ReadMessageAsync();
        Assert.Equal(opcode, message.Opcode);
        Assert.True(payload.AsSpan().SequenceEqual(message.Payload), $"not the {payload.Length} octets that were sent");
    }
}
