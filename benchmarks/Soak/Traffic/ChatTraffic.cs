using Soak.Servers;

namespace Soak.Traffic;

/// <summary>Two members of a room of their own in the line chat: what one says, the other hears.</summary>
internal sealed class ChatTraffic(SoakServer server, Func<CancellationToken, Task<Stream>> connect) : ITraffic
{
    private const int LongestLine = 900;
    private const int MostLines = 50;

    private static int _names;

    public string Name => "line chat";

    public int Users => 4;

    public async Task RunAsync(User user)
    {
        (ChatMember A, ChatMember B)? pair = null;
        for (var left = 0; await user.NextAsync(); left--)
        {
            if (left <= 0)
                (left, pair) = (user.Random.Next(1, MostLines), await CloseAsync(pair));
            if (pair is null)
                user.BeginConnection();
            var (line, isTurned) = (
                Payload.Text(user.Random.NextInt64(), user.Random.Next(1, LongestLine)), user.Random.Next(2) == 0);
            var isGood = await user.ExchangeAsync(server.Name, async token =>
            {
                var (a, b) = pair ??= await MeetAsync(token);
                await (isTurned ? TellAsync(b, a, line, token) : TellAsync(a, b, line, token));
            });
            if (!isGood)
                (left, pair) = (0, await CloseAsync(pair));
        }

        await CloseAsync(pair);
    }

    private async Task<(ChatMember A, ChatMember B)> MeetAsync(CancellationToken cancellation)
    {
        var number = Interlocked.Increment(ref _names);
        var a = await ChatMember.EnterAsync(await connect(cancellation), $"a{number}", $"room{number}", cancellation);
        try
        {
            var b = await ChatMember.EnterAsync(
                await connect(cancellation), $"b{number}", $"room{number}", cancellation);
            await a.HearAsync($"* {b.Name} joined", b.Name, cancellation);
            return (a, b);
        }
        catch
        {
            await a.DisposeAsync();
            throw;
        }
    }

    private static async Task TellAsync(ChatMember from, ChatMember to, string line, CancellationToken cancellation)
    {
        await from.SayAsync(line, cancellation);
        await to.HearAsync($"{from.Name}: {line}", from.Name, cancellation);
    }

    private static async Task<(ChatMember, ChatMember)?> CloseAsync((ChatMember A, ChatMember B)? pair)
    {
        if (pair is not var (a, b))
            return null;
        await a.DisposeAsync();
        await b.DisposeAsync();
        return null;
    }
}
