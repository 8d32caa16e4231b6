using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Aleph.Actors.Tests.Conformance;
using Aleph.Actors.Tests.Support;
using Aleph.Actors.Tests.Tcp;
using Xunit;

namespace Aleph.Actors.Tests;

/// <summary>The samples TcpEcho and LineChat.</summary>
public sealed class TcpSampleTests
{
    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TcpEcho_sends_all_back_on_both_kinds_of_socket(bool isTls)
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
        var path = Path.Combine(Path.GetTempPath(), $"aleph-{Guid.NewGuid():N}.sock");
        string[] arguments = ["0", "--unix", path, .. isTls ? ["--tls"] : Array.Empty<string>()];
        using var sample = SampleProcess.Start("TcpEcho", arguments);
        var tcp = IPEndPoint.Parse(await sample.AddressAsync());
        Assert.Equal("unix:" + path, await sample.AddressAsync());

        await AssertEchoesAsync(tcp, isTls);
        await AssertEchoesAsync(new UnixDomainSocketEndPoint(path), isTls);
        Assert.Equal(0, await sample.TerminateAsync());
        Assert.False(File.Exists(path));
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TcpEcho_sends_all_back_over_Akka_IO(bool isTls)
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
        string[] arguments = ["0", "--akka-io", .. isTls ? ["--tls"] : Array.Empty<string>()];
        using var sample = SampleProcess.Start("TcpEcho", arguments);
        await AssertEchoesAsync(IPEndPoint.Parse(await sample.AddressAsync()), isTls);
        Assert.Equal(0, await sample.TerminateAsync());
    }

    [Fact]
    public async Task TcpEcho_refuses_what_it_does_not_know()
    {
        foreach (var arguments in new string[][]
        {
            [], ["65536"], ["1", "2"], ["1", "--what"], ["1", "--unix"],
            ["1", "--akka-io", "--unix", "/tmp/a"],
        })
        {
            using var sample = SampleProcess.Start("TcpEcho", arguments);
            Assert.Equal(2, await sample.ExitAsync());
        }
    }

    [SkippableFact]
    public async Task LineChat_tells_a_room_what_one_in_it_says()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
        using var sample = SampleProcess.Start("LineChat", "0");
        var endPoint = IPEndPoint.Parse(await sample.AddressAsync());
        using var ann = await User.ConnectAsync(endPoint);
        await ann.HearsAsync("* welcome", "* you are guest1 in lobby");
        await ann.SaysAsync("/name ann");
        await ann.HearsAsync("* you are ann");
        using var bob = await User.ConnectAsync(endPoint);
        await bob.HearsAsync("* welcome", "* you are guest2 in lobby");
        await ann.HearsAsync("* guest2 joined");

        // Ahead of every answer: each holds for what follows it.
        await bob.SaysAsync("/name Ann", "/name bob", "hello\u001b[2J", "/join tea", "nobody hears", "/who");
        await bob.HearsAsync(
            "* Ann is taken; choose another name", "* you are bob", "* you are bob in tea", "* in tea: bob");
        await ann.HearsAsync("* guest2 is now bob", "bob: hello[2J", "* bob left");
        await bob.SaysAsync("/rooms");
        await bob.HearsAsync("* rooms: lobby (1), tea (1)");

        await ann.SaysAsync("/join TEA", "good day", "/nonsense", "/join no such room");
        await bob.HearsAsync("* ann joined", "ann: good day");
        await ann.HearsAsync("* you are ann in tea", "* /name NAME", "* /join needs 1 to 20 letters");
        await bob.SaysAsync("/quit");
        await bob.HearsAsync("* goodbye", null);
        await ann.HearsAsync("* bob left");

        // That the lobby is empty comes on another way.
        await Pacing.UntilAsync(
            async () =>
            {
                await ann.SaysAsync("/rooms");
                return await ann.HearAsync() == "* rooms: tea (1)";
            },
            "the lobby was empty");

        await sample.SignalAsync("TERM");
        await ann.HearsAsync("* goodbye", null);
        ann.Dispose();
        bob.Dispose();
        Assert.Equal(0, await sample.ExitAsync());
    }

    private static async Task AssertEchoesAsync(EndPoint endPoint, bool isTls)
    {
        using var socket = await TcpTesting.ConnectAsync(endPoint);
        Stream stream = new NetworkStream(socket);
        if (isTls)
        {
            var tls = new SslStream(stream);
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
            }).Within("the handshake");
            stream = tls;
        }

        await using (stream)
        {
            var sent = new byte[1_000_000];
            new Random(1).NextBytes(sent);
            var writing = stream.WriteAsync(sent).AsTask();
            var received = new byte[sent.Length];
            await stream.ReadExactlyAsync(received).AsTask().Within("the echo");
            await writing;
            Assert.Equal(sent, received);
        }
    }

    private sealed class User(Socket socket) : IDisposable
    {
        private readonly StreamReader _reader = new(new NetworkStream(socket, ownsSocket: true), Encoding.UTF8);

        public static async Task<User> ConnectAsync(EndPoint endPoint) =>
            new(await TcpTesting.ConnectAsync(endPoint));

        public async Task SaysAsync(params string[] lines) =>
            await socket.SendAsync(Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\r\n"))));

        /// <summary>The next line.</summary>
        public async Task<string?> HearAsync() => await _reader.ReadLineAsync().Within("a line");

        /// <summary>The beginnings of the next lines; null for the end.</summary>
        public async Task HearsAsync(params string?[] lines)
        {
            foreach (var line in lines)
            {
                var heard = await _reader.ReadLineAsync().Within($"the line \"{line}\"");
                if (line is null)
                    Assert.Null(heard);
                else
                    Assert.StartsWith(line, heard, StringComparison.Ordinal);
            }
        }

        public void Dispose() => _reader.Dispose();
    }
}
