using System.Globalization;
using System.Net;
using Akka.Actor;
using Aleph.Actors;
using UdpDiscovery;

// UdpDiscovery announce NAME [PORT] | UdpDiscovery find [SECONDS]
const NumberStyles Digits = NumberStyles.None;
var culture = CultureInfo.InvariantCulture;
var system = ActorSystem.Create("discovery");
var udp = system.AlephUdp();

// Bound to every address, since a socket bound to one gets nothing that is sent to a group.
var settings = udp.Settings with
{
    EndPoint = new IPEndPoint(IPAddress.Any, Notice.Group.Port),
    ReuseAddress = true,
    MulticastGroups = [Notice.Group.Address],
    MulticastInterface = "127.0.0.1",
    MulticastTtl = 0,
};
var code = args switch
{
    ["announce", var name] when Notice.IsName(name) => await AnnounceAsync(new Notice(name, 0)),
    ["announce", var name, var text] when Notice.IsName(name)
        && int.TryParse(text, Digits, culture, out var port) && port <= 65535 =>
        await AnnounceAsync(new Notice(name, port)),
    ["find"] => await FindAsync(TimeSpan.FromSeconds(2)),
    ["find", var text] when int.TryParse(text, Digits, culture, out var seconds) && seconds is > 0 and <= 60 =>
        await FindAsync(TimeSpan.FromSeconds(seconds)),
    _ => Refuse(),
};
await system.Terminate();
return code;

async Task<int> AnnounceAsync(Notice notice)
{
    using var shutdown = new Shutdown();
    var socket = system.ActorOf(udp.SocketProps(Props.Create(() => new ServiceActor(notice)), settings), "service");
    if (await socket.Ask<UdpSocketProtocol.Event>(UdpSocketProtocol.GetBound.Instance) is not UdpSocketProtocol.Bound)
        return 1;
    await shutdown.WhenSignalled(system);
    return 0;
}

async Task<int> FindAsync(TimeSpan time)
{
    var own = settings with { EndPoint = new IPEndPoint(IPAddress.Loopback, 0), MulticastGroups = [] };
    return await Finder.FindAsync(udp, own, time) > 0 ? 0 : 1;
}

static int Refuse()
{
    Console.Error.WriteLine(
        "usage: UdpDiscovery announce NAME [PORT], NAME without spaces | UdpDiscovery find [SECONDS, 1 to 60]");
    return 2;
}
