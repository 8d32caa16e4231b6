using System.Buffers.Binary;
using System.Text;
using Soak.Servers;

namespace Soak.Traffic;

/// <summary>
/// Texts behind their length in four bytes, some ahead of their answers, as the sample LengthPrefixed has them.
/// </summary>
internal sealed class FramesTraffic(SoakServer server, string name, Func<CancellationToken, Task<Stream>> connect)
    : ITraffic
{
    private const int LongestText = 2000;
    private const int MostTexts = 6;
    private const int MostExchanges = 20;

    public string Name => name;

    public int Users => 4;

    public async Task RunAsync(User user)
    {
        Stream? stream = null;
        for (var left = 0; await user.NextAsync(); left--)
        {
            if (left <= 0)
                (left, stream) = (user.Random.Next(1, MostExchanges), await CloseAsync(stream));
            if (stream is null)
                user.BeginConnection();
            var texts = Enumerable.Range(0, user.Random.Next(1, MostTexts))
                .Select(_ => Payload.Text(user.Random.NextInt64(), user.Random.Next(LongestText))).ToList();
            var isGood = await user.ExchangeAsync(server.Name, async token =>
            {
                stream ??= await connect(token);
                await AskAsync(stream, texts, token);
            });
            if (!isGood)
                (left, stream) = (0, await CloseAsync(stream));
        }

        await CloseAsync(stream);
    }

    private static async Task AskAsync(Stream stream, List<string> texts, CancellationToken cancellation)
    {
        var requests = new MemoryStream();
        foreach (var text in texts)
            Write(requests, "REVERSE " + text);
        await stream.WriteAsync(requests.ToArray(), cancellation);
        var length = new byte[4];
        foreach (var text in texts)
        {
            await stream.ReadExactlyAsync(length, cancellation);
            Payload.Check(BinaryPrimitives.ReadInt32BigEndian(length), text.Length);
            var answer = new byte[text.Length];
            await stream.ReadExactlyAsync(answer, cancellation);
            Payload.Check(Encoding.UTF8.GetString(answer), string.Concat(text.Reverse()));
        }
    }

    private static void Write(MemoryStream requests, string text)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, text.Length);
        requests.Write(length);
        requests.Write(Encoding.UTF8.GetBytes(text));
    }

    private static async Task<Stream?> CloseAsync(Stream? stream)
    {
        if (stream is not null)
            await stream.DisposeAsync();
        return null;
    }
}
