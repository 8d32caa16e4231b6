using Aleph.Actors.Http;
using Aleph.Actors.Tests.Client;
using Aleph.Actors.Tests.Support;
using Aleph.Actors.Tests.WebSockets;
using Xunit;

namespace Aleph.Actors.Tests.Docs;

/// <summary>Runs the examples of docs/guide/websockets.md.</summary>
public sealed class WebSocketGuideTests : ClientHarness
{
    [Fact]
    public async Task The_echo_of_the_readme_answers() =>
        Assert.Equal("hello", await ReadmeExample.EchoAsync(Sys).Within("the echo"));

    [Fact]
    public async Task A_subscription_is_asked_for_again_when_the_connection_was_lost()
    {
        var connections = 0;
        await using var server = FrameServer.Start(async link =>
        {
            Assert.Equal("subscribe EURUSD", (await link.ReadFrameAsync())!.Text);
            await link.SendTextAsync($"price {Interlocked.Increment(ref connections)}");
            if (connections == 2)
                await link.CloseAsync();
        });
        var shown = System.Threading.Channels.Channel.CreateUnbounded<string>();
        await using var prices = WebSocketExamples.Subscribe(
            Sys.Http().Client, server.Url, text => shown.Writer.TryWrite(text));
        Assert.Equal("price 1", await shown.Reader.ReadAsync().AsTask().Within("a price"));
        Assert.Equal("price 2", await shown.Reader.ReadAsync().AsTask().Within("a price after the loss"));
        Assert.Equal(1000, (await prices.Ended.Within("the server was done")).Code);
    }
}
