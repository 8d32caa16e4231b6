namespace TlsLoad;

/// <summary>What a client does until its time is over.</summary>
internal static class Clients
{
    public static async Task<long> DownloadAsync(ServerProcess server, CancellationToken time)
    {
        using var tls = await server.OpenAsync();
        await tls.WriteAsync("D"u8.ToArray(), CancellationToken.None);
        var (buffer, count) = (new byte[Servers.Chunk], 0L);
        while (!time.IsCancellationRequested)
            count += await tls.ReadAsync(buffer, CancellationToken.None);
        return count;
    }

    public static async Task<long> UploadAsync(ServerProcess server, CancellationToken time)
    {
        using var tls = await server.OpenAsync();
        await tls.WriteAsync("U"u8.ToArray(), CancellationToken.None);
        var (buffer, count) = (new byte[Servers.Chunk], 0L);
        while (!time.IsCancellationRequested)
        {
            await tls.WriteAsync(buffer, CancellationToken.None);
            count += buffer.Length;
        }

        return count;
    }

    public static async Task<long> EchoAsync(ServerProcess server, CancellationToken time)
    {
        using var tls = await server.OpenAsync();
        var (message, back, count) = (new byte[64], new byte[64], 0L);
        message[0] = (byte)'E';
        while (!time.IsCancellationRequested)
        {
            await tls.WriteAsync(message, CancellationToken.None);
            await tls.ReadExactlyAsync(back, CancellationToken.None);
            count++;
        }

        return count;
    }

    /// <summary>Each connection echoes one byte, which proves that the handshake is done on both sides.</summary>
    public static async Task<long> HandshakesAsync(ServerProcess server, CancellationToken time)
    {
        var (message, count) = (new byte[] { (byte)'E' }, 0L);
        while (!time.IsCancellationRequested)
        {
            using var tls = await server.OpenAsync();
            await tls.WriteAsync(message, CancellationToken.None);
            await tls.ReadExactlyAsync(message, CancellationToken.None);
            count++;
        }

        return count;
    }
}
