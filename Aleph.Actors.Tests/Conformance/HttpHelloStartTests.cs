using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Conformance;

/// <summary>How soon the sample HttpHello is ready, with the machine to itself.</summary>
[Collection(AloneCollection.Name)]
public sealed class HttpHelloStartTests
{
    [Theory]
    [InlineData]
    [InlineData("--akka-io")]
    public async Task Is_ready_within_three_seconds(params string[] options)
    {
        var best = TimeSpan.MaxValue;
        for (var start = 1; start <= 6 && best > TimeSpan.FromSeconds(3); start++)
        {
            using var sample = await HelloProcess.StartAsync(options);
            best = sample.ReadyAfter < best ? sample.ReadyAfter : best;
        }

        Assert.InRange(best, TimeSpan.Zero, TimeSpan.FromSeconds(3));
    }
}
