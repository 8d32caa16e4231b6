using Aleph.Actors.Http;
using Aleph.Actors.Tests.Conformance;
using Aleph.Actors.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Aleph.Actors.Tests.Server;

/// <summary>What a plain exchange allocates.</summary>
[Collection(AloneCollection.Name)]
public class AllocationTests(ITestOutputHelper output) : ServerHarness("akka.loglevel = WARNING")
{
    private const int Requests = 10_000;
    private const int Budget = 600;

    [Fact]
    public async Task A_plaintext_exchange_allocates_less_than_600_bytes()
    {
        var response = HttpResponse.Text("Hello, World!");
        var client = Serve(_ => response).Connect();
        await RunAsync(client, Requests);
        var least = double.MaxValue;
        for (var round = 0; round < 3; round++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            await RunAsync(client, Requests);
            least = Math.Min(least, (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)Requests);
        }

        output.WriteLine($"{least:0} bytes a request, the peer's own included");
        Assert.InRange(least, 0, Budget);
    }

    // Sixteen at a time, so that what the test itself allocates to wait is shared.
    private static async Task RunAsync(TestClient client, int count)
    {
        const int Batch = 16;
        var requests = Wire.Text(
            string.Concat(Enumerable.Repeat("GET /plaintext HTTP/1.1\nHost: localhost\n\n", Batch)));
        var buffer = new byte[16 * 1024];
        var size = 0;
        for (var done = 0; done < count; done += Batch)
        {
            await client.Peer.WriteAsync(requests);
            var received = 0;
            do
            {
                received += await client.Peer.ReadAsync(buffer.AsMemory(received));
                if (size == 0 && buffer.AsSpan(0, received).IndexOf("Hello, World!"u8) is > 0 and var at)
                    size = Batch * (at + "Hello, World!".Length);
            }
            while (size == 0 || received < size);
        }
    }
}
