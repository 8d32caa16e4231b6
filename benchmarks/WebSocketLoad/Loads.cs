using System.Diagnostics;

namespace WebSocketLoad;

/// <summary>What clients do to a server.</summary>
internal static class Loads
{
    /// <summary>Messages there and back, one under way on each connection.</summary>
    public static async Task<Figure> EchoAsync(
        ServerProcess server, Options options, int connections, int size, bool isText, bool deflate)
    {
        var frame = Client.Frame(size, isText, deflate);
        var clients = await OpenAsync(server, connections, deflate ? "/deflate" : "/echo", deflate);
        var begin = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(clients.Select(client => Task.Run(async () =>
        {
            long count = 0;
            for (; Stopwatch.GetElapsedTime(begin).TotalSeconds < options.Seconds; count++)
            {
                await client.SendAsync(frame);
                await client.SkipMessageAsync();
            }

            return count;
        })));
        var figure = Figure.Of(counts.Sum(), begin);
        clients.ForEach(client => client.Dispose());
        return figure;
    }

    /// <summary>One message of 256 bytes to all members, the next when all have it.</summary>
    public static async Task<Figure> BroadcastAsync(ServerProcess server, Options options, int members)
    {
        var frame = Client.Frame(256, isText: false, deflate: false);
        var clients = await OpenAsync(server, members, "/join", deflate: false);
        using var sender = await Client.OpenAsync(server.EndPoint, "/send");
        var begin = Stopwatch.GetTimestamp();
        long count = 0;
        while (Stopwatch.GetElapsedTime(begin).TotalSeconds < options.Seconds)
        {
            await sender.SendAsync(frame);
            await Task.WhenAll(clients.Select(client => client.SkipMessageAsync()));
            count += members;
        }

        var figure = Figure.Of(count, begin);
        clients.ForEach(client => client.Dispose());
        return figure;
    }

    /// <summary>Growth of resident memory by connections that had one message echoed and then rest.</summary>
    public static async Task<Figure> IdleAsync(ServerProcess server, Options options, bool deflate)
    {
        var frame = Client.Frame(1024, isText: true, deflate);
        var path = deflate ? "/idle-deflate" : "/idle";
        var warm = await OpenAsync(server, 100, path, deflate);
        await EchoOnceAsync(warm, frame);
        var before = server.Resident;
        var clients = await OpenAsync(server, options.Idle, path, deflate);
        await EchoOnceAsync(clients, frame);

        // What is given back when a connection has been idle for a while shall be given back.
        await Task.Delay(TimeSpan.FromSeconds(15));
        var grown = server.Resident - before;
        clients.ForEach(client => client.Dispose());
        warm.ForEach(client => client.Dispose());
        return new Figure(grown / (double)options.Idle, options.Idle);
    }

    private static async Task EchoOnceAsync(List<Client> clients, byte[] frame)
    {
        foreach (var client in clients)
        {
            await client.SendAsync(frame);
            await client.SkipMessageAsync();
        }
    }

    private static async Task<List<Client>> OpenAsync(ServerProcess server, int count, string path, bool deflate)
    {
        var clients = new List<Client>(count);
        while (clients.Count < count)
        {
            var next = Math.Min(64, count - clients.Count);
            clients.AddRange(await Task.WhenAll(
                Enumerable.Range(0, next).Select(_ => Client.OpenAsync(server.EndPoint, path, deflate))));
        }

        return clients;
    }
}
