using System.Net;
using System.Net.Sockets;
using Akka.Event;
using Aleph.Actors.Dns;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Dns;

/// <summary>A source over scripted name servers, with a clock of the test.</summary>
internal sealed class NameServerHarness : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _owned = [];
    private readonly List<string> _servers = [];
    private ServerSource? _source;

    public WatchedTime Time { get; } = new();

    public DnsCounters Counters { get; } = new();

    public DnsProtocol.Statistics Statistics => Counters.Snapshot(0);

    /// <summary>What is asked for is IPv4 unless a test wants both.</summary>
    public DnsSettings Settings { get; set; } = DnsSettings.Default with
    {
        AddressTypes = DnsAddressTypes.IPv4Only,
        SearchDomains = [],
        HostsFile = null,
        Ndots = 1,
    };

    public ServerSource Source => _source ??= new ServerSource(Complete(Settings), Counters, NoLogger.Instance);

    public ScriptedNameServer Add(Func<DnsAsk, Reply>? answer = null)
    {
        var server = new ScriptedNameServer(answer is null ? null : x => [answer(x).ToArray()]);
        _owned.Add(server);
        _servers.Add(server.EndPoint.ToString());
        return server;
    }

    /// <summary>A port where datagrams are refused; held, so that nobody else gets it.</summary>
    public void AddDown()
    {
        var holder = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        holder.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        // Connected to itself, it takes datagrams of nobody else.
        holder.Connect(holder.LocalEndPoint!);
        _servers.Add(holder.LocalEndPoint!.ToString()!);
        _owned.Add(new Held(holder));
    }

    public DnsSettings Complete(DnsSettings settings) => settings with { NameServers = _servers, Time = Time };

    public Task<DnsResult> LookUpAsync(string host, CancellationToken cancellation = default) =>
        Source.LookUpAsync(HostName.Parse(host), cancellation).Within($"{host} is looked up");

    public async Task<DnsResult.Found> FindAsync(string host) =>
        Assert.IsType<DnsResult.Found>(await LookUpAsync(host));

    public async Task<DnsResult.Failed> FailAsync(string host) =>
        Assert.IsType<DnsResult.Failed>(await LookUpAsync(host));

    public async Task<string> AddressesAsync(string host) =>
        string.Join(' ', (await FindAsync(host)).Addresses);

    public async ValueTask DisposeAsync()
    {
        foreach (var owned in _owned)
            await owned.DisposeAsync();
    }

    private sealed class Held(Socket socket) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            socket.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
