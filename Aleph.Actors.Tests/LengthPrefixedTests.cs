using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests;

/// <summary>The sample LengthPrefixed, as server and as client.</summary>
public sealed class LengthPrefixedTests
{
    [SkippableFact]
    public async Task Serves_frames_sent_ahead_and_cut_anywhere()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
        using var sample = SampleProcess.Start("LengthPrefixed", "0");
        var endPoint = IPEndPoint.Parse(await sample.AddressAsync());
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(endPoint).Within("a connection");
        var stream = client.GetStream();

        byte[] requests = [.. Frame("UPPER abc"), .. Frame(""), .. Frame("ADD 1 2 39"), .. Frame("REVERSE abc")];
        await stream.WriteAsync(requests.AsMemory(0, 7));
        await stream.WriteAsync(requests.AsMemory(7));
        foreach (var answer in new[] { "ABC", "unknown: ", "42", "cba" })
        {
            var frame = new byte[4 + answer.Length];
            await stream.ReadExactlyAsync(frame).Within("the answer " + answer);
            Assert.Equal(Frame(answer), frame);
        }

        Assert.Equal(0, await sample.TerminateAsync());
        Assert.Equal(0, await stream.ReadAsync(new byte[1]).Within("the end"));
    }

    [SkippableFact]
    public async Task Its_client_prints_an_answer_a_line()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
        using var server = SampleProcess.Start("LengthPrefixed", "0");
        var endPoint = await server.AddressAsync();
        using var client = SampleProcess.Start(
            "LengthPrefixed", "connect", endPoint, "ECHO one two", "ADD 1 2", "ADD 9223372036854775807 1");

        await client.LineAsync("one two");
        await client.LineAsync("3");
        await client.LineAsync("9223372036854775808");
        Assert.Equal(0, await client.ExitAsync());
        Assert.Equal(0, await server.TerminateAsync());

        // Bound, so that nobody else is there, and refuses.
        using var closed = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        closed.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var refused = SampleProcess.Start("LengthPrefixed", "connect", $"{closed.LocalEndPoint}", "ECHO x");
        Assert.Equal(1, await refused.ExitAsync());
    }

    private static byte[] Frame(string text)
    {
        var frame = new byte[4 + text.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, text.Length);
        Encoding.ASCII.GetBytes(text, frame.AsSpan(4));
        return frame;
    }
}
