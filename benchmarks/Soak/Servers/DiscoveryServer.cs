using System.Net;
using Akka.Actor;
using Aleph.Actors;

namespace Soak.Servers;

/// <summary>
/// Services that are members of one multicast group on the loopback interface: each answers whoever asks the group,
/// with its name before what was asked.
/// </summary>
internal sealed class DiscoveryServer(ActorSystem system) : IAsyncDisposable
{
    /// <summary>How many there are; their names are a byte each, from 0.</summary>
    public const int Services = 3;

    private static readonly IPAddress Address = IPAddress.Parse("239.255.77.78");

    private readonly List<UdpBinding> _services = [];

    /// <summary>Where they listen.</summary>
    public IPEndPoint Group => new(Address, _services[0].LocalEndPoint.Port);

    /// <summary>What a socket needs that sends to groups without leaving this machine.</summary>
    public static UdpSettings Settings(ActorSystem system) => system.AlephUdp().Settings with
    {
        EndPoint = new IPEndPoint(IPAddress.Loopback, 0),
        MulticastInterface = "127.0.0.1",
        MulticastTtl = 0,
    };

    public async Task StartAsync()
    {
        for (byte name = 0; name < Services; name++)
        {
            // Bound to every address, since a socket bound to one gets nothing that is sent to a group.
            var settings = Settings(system) with
            {
                EndPoint = new IPEndPoint(IPAddress.Any, name == 0 ? 0 : Group.Port),
                ReuseAddress = true,
                MulticastGroups = [Address],
            };
            var own = name;
            _services.Add(await system.AlephUdp().ServeAsync(
                asked => new Datagram(asked.RemoteEndPoint, (byte[])[own, .. asked.Payload.Span]),
                settings,
                $"service-{name}"));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var service in _services)
            await service.DisposeAsync();
    }
}
