using System.Net;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Udp;

/// <summary>The UDP samples do what samples/README.md says.</summary>
public sealed class UdpSampleTests
{
    [SkippableTheory]
    [InlineData("TERM")]
    [InlineData("INT", "--actor")]
    public async Task UdpEcho_sends_everything_back_and_ends_when_told(string signal, params string[] options)
    {
        NeedsSignals();
        using var sample = SampleProcess.Start("UdpEcho", ["0", .. options]);
        var endPoint = IPEndPoint.Parse(await sample.AddressAsync());
        Assert.Equal(IPAddress.Loopback, endPoint.Address);
        using var peer = new UdpPeer();

        foreach (var length in new[] { 0, 64, 65_507 })
        {
            await peer.SendAsync(new byte[length], endPoint);
            Assert.Equal(length, (await peer.ReceiveAsync()).Payload.Length);
        }

        await sample.SignalAsync(signal);
        Assert.Equal(0, await sample.ExitAsync());
    }

    [SkippableFact]
    public async Task UdpEcho_says_that_its_port_is_taken()
    {
        NeedsSignals();
        using var peer = new UdpPeer();
        using var sample = SampleProcess.Start("UdpEcho", $"{peer.EndPoint.Port}");

        Assert.Equal(1, await sample.ExitAsync());
    }

    [SkippableFact]
    public async Task UdpDiscovery_services_find_each_other_and_are_found()
    {
        NeedsSignals();
        var (first, second) = ($"first-{Guid.NewGuid():N}", $"second-{Guid.NewGuid():N}");
        using var one = SampleProcess.Start("UdpDiscovery", "announce", first, "1001");
        await one.LineAsync($"Announcing {first} at 127.0.0.1:1001");
        using var two = SampleProcess.Start("UdpDiscovery", "announce", second, "1002");
        await one.LineAsync($"Heard of {second} at 127.0.0.1:1002");

        // Long enough for a busy machine to start it and to pass two answers on.
        using var finder = SampleProcess.Start("UdpDiscovery", "find", "8");
        var found = new[] { await finder.LineAsync("Found "), await finder.LineAsync("Found ") };

        Assert.Equal([$"{first} at 127.0.0.1:1001", $"{second} at 127.0.0.1:1002"], found.Order());
        Assert.Equal(0, await finder.ExitAsync());
        Assert.Equal(0, await one.TerminateAsync());
        Assert.Equal(0, await two.TerminateAsync());
    }

    private static void NeedsSignals() => Skip.If(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
}
