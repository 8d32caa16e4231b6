using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Akka.Configuration;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Tcp;

public sealed class InheritedSocketTests : PatientTestKit
{
    [Theory]
    [InlineData("3"), InlineData("systemd"), InlineData("systemd:web")]
    public void Is_read_from_configuration(string text) => Assert.Equal(
        text,
        TcpSettings.FromConfig(ConfigurationFactory.ParseString($"aleph.tcp.inherited-socket = \"{text}\""))
            .InheritedSocket!.ToString());

    [Theory]
    [InlineData("2"), InlineData("-3"), InlineData("x"), InlineData("systemd.web")]
    public void Anything_else_is_refused_by_name(string text) => Assert.Contains(
        $"aleph.tcp.inherited-socket is {text}",
        Assert.Throws<ConfigurationException>(() => InheritedSocket.Parse(text)).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData(null, "1", "7", null, 3)]
    [InlineData("b", "2", "7", "a:b", 4)]
    [InlineData("c", "2", "7", "a:b:c", null)]
    [InlineData("c", "2", "7", null, null)]
    [InlineData(null, "0", "7", null, null)]
    [InlineData(null, "x", "7", null, null)]
    [InlineData(null, "1", "8", null, null)]
    [InlineData(null, "1", null, null, null)]
    public void Finds_what_a_service_manager_passes(string? name, string? count, string? pid, string? names, int? found)
    {
        var environment = new Dictionary<string, string?>
        {
            ["LISTEN_FDS"] = count,
            ["LISTEN_PID"] = pid,
            ["LISTEN_FDNAMES"] = names,
        };
        int Find() => InheritedSocket.Activated(name).Find(environment.GetValueOrDefault, 7);
        if (found is { } number)
            Assert.Equal(number, Find());
        else
            Assert.Throws<InvalidOperationException>(() => Find());
    }

    [Fact]
    public void A_server_has_one_way_to_get_its_socket()
    {
        using var socket = Bound();
        var settings = TcpSettings.Default with
        {
            Socket = socket,
            InheritedSocket = InheritedSocket.Descriptor(3),
        };
        Assert.Contains("not both", Assert.Single(settings.Validate()), StringComparison.Ordinal);
        var many = TcpSettings.Default with
        {
            InheritedSocket = InheritedSocket.Descriptor(3),
            Listeners = 2,
            ReusePort = true,
        };
        Assert.Contains("one listener", Assert.Single(many.Validate()), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Is_served_again_and_again_and_never_closed()
    {
        Skip.If(OperatingSystem.IsWindows(), "descriptors are not inherited by number on Windows");
        using var owner = Bound();
        owner.Listen();
        var settings = TcpSettings.Default with
        {
            InheritedSocket = InheritedSocket.Descriptor(InheritedSocket.Share(owner)),
        };
        for (var i = 0; i < 3; i++)
        {
            await using var server = await TcpServer.BindAsync(Sys, _ => new EchoProtocol(), settings);
            Assert.Equal(owner.LocalEndPoint, server.LocalEndPoint);
            using var client = await TcpTesting.ConnectAsync(server.LocalEndPoint);
            Assert.True(await client.PingAsync());
        }

        using var waits = await TcpTesting.ConnectAsync(owner.LocalEndPoint!);
        using var accepted = await owner.AcceptAsync().Within("the owner accepts");
        Assert.Equal(waits.LocalEndPoint, accepted.RemoteEndPoint);
    }

    [SkippableFact]
    public void The_number_of_one_that_was_closed_may_be_that_of_another()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Elsewhere sockets cannot be told apart by their number.");
        for (var i = 0; i < 20; i++)
        {
            using var owner = Bound();
            var opened = InheritedSocket.Descriptor(InheritedSocket.Share(owner)).Open();
            Assert.Equal(owner.LocalEndPoint, opened.LocalEndPoint);
            Assert.Same(opened, InheritedSocket.Descriptor(InheritedSocket.Share(owner)).Open());
        }
    }

    [SkippableFact]
    public async Task A_descriptor_that_is_none_fails_the_bind()
    {
        Skip.If(OperatingSystem.IsWindows(), "descriptors are not inherited by number on Windows");
        var settings = TcpSettings.Default with { InheritedSocket = InheritedSocket.Descriptor(1_000_000) };
        await Assert.ThrowsAsync<BindException>(
            () => TcpServer.BindAsync(Sys, _ => new EchoProtocol(), settings).Within("a failure"));
    }

    [SkippableTheory]
    [InlineData(false), InlineData(true)]
    public async Task Two_processes_hand_over_and_no_connection_is_refused(bool isExecutable)
    {
        Skip.If(OperatingSystem.IsWindows(), "descriptors are not inherited by number on Windows");
        using var sample = isExecutable
            ? SampleProcess.StartExecutable("HandOver", "0")
            : SampleProcess.Start("HandOver", "0");
        var url = new Uri(await sample.AddressAsync());
        var old = await GetAsync(url);
        using var stop = new CancellationTokenSource();
        var knows = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var knocking = Enumerable.Range(0, 4).Select(_ => Task.Run(() => KnockAsync(url, knows, stop.Token))).ToArray();

        await knows.Task.Within("a client was answered");
        var next = await PostAsync(new Uri(url, "/hand-over"));
        using var successor = Process.GetProcessById(int.Parse(next, CultureInfo.InvariantCulture));
        try
        {
            Assert.Equal(0, await sample.ExitAsync());
            for (var i = 0; i < 20; i++)
                Assert.Equal(next, await GetAsync(url));
            await stop.CancelAsync();
            var answers = (await Task.WhenAll(knocking).Within("the clients ended")).SelectMany(x => x).ToArray();
            Assert.Equal(new HashSet<string> { old, next }, [.. answers]);
        }
        finally
        {
            successor.Kill();
        }
    }

    [SkippableFact]
    public async Task A_service_manager_passes_its_socket()
    {
        Skip.If(OperatingSystem.IsWindows(), "descriptors are not inherited by number on Windows");
        const string Script = """
            import os, socket, sys
            s = socket.socket()
            s.bind(('127.0.0.1', 0))
            s.listen()
            os.dup2(s.fileno(), 3)
            os.set_inheritable(3, True)
            os.environ.update(LISTEN_FDS='1', LISTEN_PID=str(os.getpid()))
            os.execvp('dotnet', ['dotnet', sys.argv[1], '--inherited', 'systemd'])
            """;
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        var dll = Path.Combine(
            Repository.Root, "samples", "HandOver", "bin", output.Parent!.Name, output.Name, "HandOver.dll");
        using var process = Tool.Python.Start("-c", Script, dll);
        try
        {
            string? line;
            do
            {
                line = await process.StandardOutput.ReadLineAsync().Within("the sample says where it listens");
            }
            while (line?.StartsWith("Listening on ", StringComparison.Ordinal) == false);
            var url = new Uri(Assert.IsType<string>(line)["Listening on ".Length..]);
            Assert.Equal(process.Id.ToString(CultureInfo.InvariantCulture), await GetAsync(url));
        }
        finally
        {
            process.Kill();
        }
    }

    // A connection for each request, as many as it gets; any that is refused or reset throws.
    private static async Task<List<string>> KnockAsync(Uri url, TaskCompletionSource knows, CancellationToken stop)
    {
        var answers = new List<string>();
        while (!stop.IsCancellationRequested)
        {
            answers.Add(await GetAsync(url));
            knows.TrySetResult();
        }

        return answers;
    }

    private static async Task<string> GetAsync(Uri url)
    {
        using var client = new HttpClient { DefaultRequestHeaders = { ConnectionClose = true } };
        return await client.GetStringAsync(url).Within("an answer");
    }

    private static async Task<string> PostAsync(Uri url)
    {
        using var client = new HttpClient();
        using var answer = await client.PostAsync(url, null).Within("an answer");
        return await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync();
    }

    private static Socket Bound()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }
}
