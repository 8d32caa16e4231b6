using System.Net;
using System.Net.Sockets;
using System.Text;
using Akka.Configuration;
using Akka.IO;
using Akka.Streams;
using Akka.Streams.Dsl;
using Aleph.Actors.Http;
using Aleph.Actors.Tcp;
using Aleph.Actors.Tests.Support;
using Aleph.Actors.Tests.Transports.Tls;
using Aleph.Actors.Transports.Tls;
using Xunit;

namespace Aleph.Actors.Tests.Tcp;

/// <summary>Unix domain sockets as servers and clients of every face, and the file by which they are found.</summary>
public sealed class UnixSocketTests : PatientTestKit, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("aleph");
    private readonly ActorMaterializer _materializer;

    public UnixSocketTests()
        : base("akka.loglevel = OFF") => _materializer = ActorMaterializer.Create(Sys);

    private string SocketPath => Path.Combine(_folder.FullName, "s");

    private UnixDomainSocketEndPoint EndPoint => new(SocketPath);

    private TcpSettings Settings => new() { EndPoint = EndPoint };

    void IDisposable.Dispose()
    {
        Shutdown();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task The_file_goes_when_the_server_stops()
    {
        var server = await BindAsync(Settings);
        await PingAsync();
        await server.DisposeAsync();

        Assert.False(File.Exists(SocketPath));
    }

    [Fact]
    public async Task The_file_goes_when_the_actor_system_ends()
    {
        var system = Akka.Actor.ActorSystem.Create("short");
        await TcpServer.BindAsync(system, _ => new EchoProtocol(), Settings).Within("a server that listens");
        Assert.True(File.Exists(SocketPath));
        await system.Terminate().Within("the end of the system");

        Assert.False(File.Exists(SocketPath));
    }

    [SkippableFact]
    public async Task A_file_to_which_nobody_listens_is_replaced()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Only on Linux a file can be told to be a socket.");
        LeaveFile();
        await using var server = await BindAsync(Settings);

        await PingAsync();
    }

    [Fact]
    public async Task A_file_to_which_somebody_listens_stays_his()
    {
        await using var server = await BindAsync(Settings);
        var failure = await Assert.ThrowsAsync<BindException>(() => BindAsync(Settings));

        AssertFault(
            failure, SocketError.AddressAlreadyInUse,
            $"another server listens at {SocketPath}; the path must be free, or that of a server that has ended");
        await PingAsync();
    }

    [SkippableFact]
    public async Task A_full_backlog_is_somebody_who_listens()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Only on Linux a backlog of Unix domain sockets is known to fill.");
        using var busy = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        busy.Bind(EndPoint);
        busy.Listen(0);
        using var first = await TcpTesting.ConnectAsync(EndPoint);

        await Assert.ThrowsAsync<BindException>(() => BindAsync(Settings));
        Assert.True(File.Exists(SocketPath));
    }

    [Theory]
    [InlineData("")]
    [InlineData("something")]
    public async Task A_file_that_is_no_socket_is_left_alone(string content)
    {
        await File.WriteAllTextAsync(SocketPath, content);
        var failure = await Assert.ThrowsAsync<BindException>(() => BindAsync(Settings));

        Assert.Equal(content, await File.ReadAllTextAsync(SocketPath));
        var fault = OperatingSystem.IsLinux() ? $"{SocketPath} is there and is no socket; " : "another server listens";
        AssertFault(failure, SocketError.AddressAlreadyInUse, fault);
    }

    [SkippableFact]
    public async Task A_link_to_a_socket_is_left_alone()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Elsewhere nothing is ever removed.");
        LeaveFile();
        var link = Path.Combine(_folder.FullName, "link");
        File.CreateSymbolicLink(link, SocketPath);
        await Assert.ThrowsAsync<BindException>(
            () => BindAsync(new TcpSettings { EndPoint = new UnixDomainSocketEndPoint(link) }));

        Assert.True(File.Exists(link));
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_a_failure_to_bind()
    {
        var path = Path.Combine(_folder.FullName, "no", "s");
        var failure = await Assert.ThrowsAsync<BindException>(
            () => BindAsync(new TcpSettings { EndPoint = new UnixDomainSocketEndPoint(path) }));

        AssertFault(
            failure, null, $"there is no folder {Path.GetDirectoryName(path)} to make s in; it must exist before");
    }

    [Fact]
    public async Task A_folder_in_the_place_of_the_file_is_named()
    {
        var failure = await Assert.ThrowsAsync<BindException>(
            () => BindAsync(new TcpSettings { EndPoint = new UnixDomainSocketEndPoint(_folder.FullName) }));

        AssertFault(
            failure, null, $"{_folder.FullName} is a folder; the path of a socket must end in the name of a file");
    }

    [SkippableFact]
    public async Task A_folder_that_nobody_may_write_to_is_named()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The folder of processes is Linux's.");

        // Nothing can be made there, not even by root.
        const string path = "/proc/self/s";
        var failure = await Assert.ThrowsAsync<BindException>(
            () => BindAsync(new TcpSettings { EndPoint = new UnixDomainSocketEndPoint(path) }));

        Assert.Contains("the folder /proc/self", failure.Message, StringComparison.Ordinal);
        Assert.Equal(path, failure.EndPoint.ToString());
    }

    [SkippableTheory]
    [InlineData(false, "this process may not make s in the folder {0}; it needs")]
    [InlineData(true, "{0}/s is the socket of a server that has ended, and this process may not remove it; it needs")]
    public async Task A_folder_without_the_permission_to_write_is_named(bool isLeftOver, string fault)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Elsewhere nothing is ever removed.");
#pragma warning disable CA1416 // Skipped on Windows.
        if (isLeftOver)
        {
            LeaveFile();
            File.SetUnixFileMode(SocketPath, (UnixFileMode)0b110_110_110);
        }

        File.SetUnixFileMode(_folder.FullName, (UnixFileMode)0b101_101_101);
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            var failure = await Unprivileged.RunAsync(() => Assert.Throws<SocketException>(
                () => UnixSocketFile.Bind(socket, EndPoint, null)));
            Assert.Equal(SocketError.AccessDenied, failure.SocketErrorCode);
            Assert.StartsWith(
                fault.Replace("{0}", _folder.FullName, StringComparison.Ordinal), failure.Message,
                StringComparison.Ordinal);
        }
        finally
        {
            File.SetUnixFileMode(
                _folder.FullName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
#pragma warning restore CA1416
    }

    [SkippableFact]
    public async Task Control_characters_of_a_path_are_escaped()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no such names.");
        var path = Path.Combine(_folder.FullName, "a\nb", "s");
        var failure = await Assert.ThrowsAsync<BindException>(
            () => BindAsync(new TcpSettings { EndPoint = new UnixDomainSocketEndPoint(path) }));

        Assert.Contains(@"a\u000Ab", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }

    [SkippableFact]
    public async Task Permissions_are_as_set()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no such permissions.");
        foreach (var mode in new[] { UnixFileMode.UserRead | UnixFileMode.UserWrite, (UnixFileMode)0b110_110_000 })
        {
            await using var server = await BindAsync(Settings with { UnixSocketMode = mode });
#pragma warning disable CA1416 // Skipped on Windows.
            Assert.Equal(mode, File.GetUnixFileMode(SocketPath));
#pragma warning restore CA1416
        }
    }

    [SkippableFact]
    public async Task A_name_in_the_abstract_space_has_no_file()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Only Linux has an abstract space.");
        var endPoint = new UnixDomainSocketEndPoint($"\0aleph-{Guid.NewGuid():N}");
        await using var server = await BindAsync(
            new TcpSettings { EndPoint = endPoint, UnixSocketMode = UnixFileMode.UserRead });
        using var client = await TcpTesting.ConnectAsync(endPoint);

        Assert.True(await client.PingAsync());
        Assert.False(File.Exists(endPoint.ToString()));
    }

    [Fact]
    public async Task Functions_and_streams_connect()
    {
        await using var server = await Sys.AlephTcp().ServeAsync(
            connection => connection.Input.CopyToAsync(connection.Output), Settings);
        await using var client = await Sys.AlephTcp().ConnectAsync(EndPoint);
        await client.SendAsync("function"u8.ToArray());
        Assert.Equal("function", Encoding.ASCII.GetString((await client.ReceiveAsync().Within("the echo")).Span));
        Assert.Equal(SocketPath, client.Info.RemoteEndPoint!.ToString());

        var echoed = Source.Single(ByteString.FromString("stream"))
            .Via(TcpStreams.Connect(Sys, EndPoint))
            .RunAggregate(ByteString.Empty, (all, next) => all + next, _materializer);
        Assert.Equal("stream", (await echoed.Within("the echo of the stream")).ToString(Encoding.ASCII));
    }

    [Fact]
    public async Task A_connect_to_nobody_names_the_path()
    {
        var failure = await Assert.ThrowsAsync<ConnectException>(
            () => Sys.AlephTcp().ConnectAsync(EndPoint).Within("a refusal"));

        Assert.Contains(SocketPath, failure.Message, StringComparison.Ordinal);
        Assert.Equal(ConnectPhase.Connect, failure.Phase);
    }

    [Fact]
    public async Task Tls_goes_over_it()
    {
        var pki = TestPki.Trusted;
        var tls = new TlsServerSettings { Certificate = pki.With(pki.Server("localhost")) };
        await using var server = await BindAsync(Settings with { Tls = tls });
        await using var client = await Sys.AlephTcp().ConnectAsync(
            EndPoint,
            TcpClientSettings.Default with { Tls = new TlsClientSettings { Trust = pki.Trust } });
        await client.SendAsync("sealed"u8.ToArray());

        Assert.Equal("sealed", Encoding.ASCII.GetString((await client.ReceiveAsync().Within("the echo")).Span));
        Assert.NotNull(client.Info.Tls);
    }

    [SkippableFact]
    public async Task Http_is_served_to_curl_and_to_HttpClient()
    {
        var settings = HttpServerSettings.Default with { Tcp = Settings };
        await using var server = await Sys.Http().ServeAsync(
            HttpServerHandler.Of(_ => HttpResponse.Text("over a file")), settings);
        using var client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellation) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(EndPoint, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        Assert.Equal("over a file", await client.GetStringAsync("http://localhost/").Within("the answer"));

        var curl = await Tool.Curl.RunAsync(
            Waiting.Patience, "-sS", "--unix-socket", SocketPath, "http://localhost/");
        Assert.Equal(("over a file", ""), (curl.Output, curl.Errors));
    }

    [Theory]
    [InlineData("600", (UnixFileMode)0b110_000_000)]
    [InlineData("0666", (UnixFileMode)0b110_110_110)]
    public void Permissions_are_read_in_octal(string text, UnixFileMode mode) =>
        Assert.Equal(mode, Read($"aleph.tcp.unix-socket-mode = \"{text}\"").UnixSocketMode);

    [Theory]
    [InlineData("aleph.tcp.unix-socket-mode = \"rw\"", "aleph.tcp.unix-socket-mode is rw; it must be permissions")]
    [InlineData("aleph.tcp.unix-socket-mode = \"888\"", "aleph.tcp.unix-socket-mode is 888; it must be permissions")]
    [InlineData("aleph.tcp.host = \"unix:\"", "aleph.tcp.host is unix:; its path must have")]
    public void What_cannot_be_is_named(string config, string text) => Assert.StartsWith(
        text, Assert.Throws<ConfigurationException>(() => Read(config)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_path_that_is_too_long_is_named()
    {
        var path = "/" + new string('x', 107);
        var fault = Assert.Throws<ConfigurationException>(() => Read($"aleph.tcp.host = \"unix:{path}\""));
        Assert.Contains(
            $"unix:{path}; its path must have 1 to 107 bytes (on some systems fewer), and has 108",
            fault.Message, StringComparison.Ordinal);
        Assert.Equal(path[..107], Read($"aleph.tcp.host = \"unix:{path[..107]}\"").EndPoint.ToString());
    }

    [Fact]
    public void More_than_permissions_is_refused() => Assert.Equal(
        ["aleph.tcp.unix-socket-mode is 4600; it must be permissions, 0 to 777 in octal"],
        Read("aleph.tcp.unix-socket-mode = \"4600\"").Validate());

    private static TcpSettings Read(string config) =>
        TcpSettings.FromConfig(ConfigurationFactory.ParseString(config));

    private static void AssertFault(BindException failure, SocketError? code, string fault)
    {
        var cause = Assert.IsType<SocketException>(failure.InnerException);
        Assert.Equal(code ?? cause.SocketErrorCode, cause.SocketErrorCode);
        Assert.StartsWith(fault, cause.Message, StringComparison.Ordinal);
        Assert.EndsWith(cause.Message, failure.Message, StringComparison.Ordinal);
    }

    // As a process leaves it that was killed: the runtime removes the name that the socket was bound to.
    private void LeaveFile()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        var other = SocketPath + "2";
        socket.Bind(new UnixDomainSocketEndPoint(other));
        File.Move(other, SocketPath);
    }

    private async Task PingAsync()
    {
        using var client = await TcpTesting.ConnectAsync(EndPoint);
        Assert.True(await client.PingAsync());
    }

    private async Task<ServerBinding> BindAsync(TcpSettings settings) =>
        await TcpServer.BindAsync(Sys, _ => new EchoProtocol(), settings).Within("a server that listens");
}
