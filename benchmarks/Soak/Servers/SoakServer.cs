using System.Net;
using Aleph.Actors;

namespace Soak.Servers;

/// <summary>A server that is started again where it listened before.</summary>
internal sealed class SoakServer(string name, EndPoint at, Func<EndPoint, string, Task<ServerBinding>> bind)
{
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(5);

    private ServerBinding _binding = null!;
    private int _generation;

    public string Name => name;

    public EndPoint EndPoint { get; private set; } = at;

    public ServerBinding Binding => _binding;

    public async Task StartAsync()
    {
        // An actor's name is free only a moment after its end.
        _binding = await bind(EndPoint, $"{name}-{++_generation}");
        EndPoint = _binding.LocalEndPoint;
    }

    /// <summary>Ends what is under way, then starts again.</summary>
    public async Task RestartAsync()
    {
        await _binding.DrainAsync(DrainTimeout);
        await StartAsync();
    }

    /// <summary>Starts the successor while the predecessor still ends what is under way.</summary>
    public async Task SucceedAsync()
    {
        var old = _binding;
        await old.UnbindAsync();
        await StartAsync();
        await old.DrainAsync(DrainTimeout);
    }

    public Task StopAsync() => _binding.DrainAsync(DrainTimeout);
}
