using Aleph.Actors;

namespace UdpDiscovery;

/// <summary>Asks the group for services and prints each that answers, once.</summary>
internal static class Finder
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>Answers how many there are.</summary>
    public static async Task<int> FindAsync(UdpExtension udp, UdpSettings settings, TimeSpan time)
    {
        await using var socket = await udp.BindAsync(settings);
        using var end = new CancellationTokenSource(time);
        var asking = AskAsync(socket, end.Token);
        var found = new HashSet<Notice>();
        try
        {
            await foreach (var datagram in socket.WithCancellation(end.Token))
            {
                if (Notice.Parse(datagram.Payload.Span) is { } notice && found.Add(notice))
                    Console.WriteLine($"Found {notice}");
            }
        }
        catch (OperationCanceledException)
        {
            await asking;
        }

        return found.Count;
    }

    // Again and again, since a datagram may get lost.
    private static async Task AskAsync(UdpBinding socket, CancellationToken end)
    {
        using var timer = new PeriodicTimer(Interval);
        try
        {
            do
                await socket.SendAsync(new Datagram(Notice.Group, Notice.Find), end);
            while (await timer.WaitForNextTickAsync(end));
        }
        catch (OperationCanceledException)
        {
            // The time is over.
        }
    }
}
