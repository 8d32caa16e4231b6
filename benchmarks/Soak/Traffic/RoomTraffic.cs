using Aleph.Actors.Http;
using Soak.Servers;

namespace Soak.Traffic;

/// <summary>
/// Some members of a room of their own in the chat by WebSockets, who talk at the same time: each hears everything
/// once, what one said in its order, and all in the same order.
/// </summary>
internal sealed class RoomTraffic(AlephHttpClient client, SoakServer server, string scheme) : ITraffic
{
    private const int MostMembers = 5;
    private const int MostTexts = 4;
    private const int LongestText = 900;
    private const int MostExchanges = 30;

    private static int _rooms;

    public string Name => $"{scheme} WebSocket chat, rooms";

    public int Users => 3;

    public async Task RunAsync(User user)
    {
        List<RoomMember> members = [];
        for (var left = 0; await user.NextAsync(); left--)
        {
            if (left <= 0)
                left = await CloseAsync(members, user.Random);
            if (members.Count == 0)
                user.BeginConnection();
            var (size, count) = (user.Random.Next(2, MostMembers + 1), user.Random.Next(1, MostTexts + 1));
            var (seed, length) = (user.Random.NextInt64(), user.Random.Next(1, LongestText));
            var isGood = await user.ExchangeAsync(server.Name, async token =>
            {
                if (members.Count == 0)
                    await MeetAsync(members, size, token);
                await TalkAsync(members, Texts(seed, length, count), token);
            });
            if (isGood)
                continue;
            members.ForEach(member => member.Abort());
            (left, members) = (0, []);
        }

        await CloseAsync(members, user.Random);
    }

    private static string[][] Texts(long seed, int length, int count) =>
    [
        .. Enumerable.Range(0, MostMembers).Select(member => Enumerable.Range(0, count)
            .Select(number => $"{number}:{Payload.Text(seed + member * MostTexts + number, length)}").ToArray()),
    ];

    private async Task MeetAsync(List<RoomMember> members, int size, CancellationToken cancellation)
    {
        var room = $"room{Interlocked.Increment(ref _rooms)}";
        List<string> names = [];
        while (members.Count < size)
        {
            names.Add($"m{members.Count}");
            var socket = await client.WebSocketAsync(
                $"{scheme}://{server.EndPoint}/chat?room={room}&name={names[^1]}", cancellationToken: cancellation);
            members.Add(new RoomMember(names[^1], socket));
            await members[^1].HearEntryAsync(room, names, cancellation);
            foreach (var member in members.SkipLast(1))
                await member.HearJoinedAsync(names, cancellation);
        }
    }

    private static async Task TalkAsync(
        List<RoomMember> members, string[][] texts, CancellationToken cancellation)
    {
        var hearing = members
            .Select(member => member.HearSaidAsync(members.Count * texts[0].Length, cancellation)).ToList();
        var saying = members.Select((member, index) => member.SayAsync(texts[index], cancellation));
        var all = Task.WhenAll([.. saying, .. hearing]);
        try
        {
            await all;
        }
        catch when (all.Exception?.InnerExceptions.OfType<WrongContentException>().FirstOrDefault() is { } wrong)
        {
            throw wrong;
        }

        for (var i = 0; i < members.Count; i++)
        {
            Payload.Check(string.Join('\n', await hearing[i]), string.Join('\n', await hearing[0]));
            var ofOne = (await hearing[0]).Where(said => said.Name == members[i].Name).Select(said => said.Text);
            Payload.Check(string.Join('\n', ofOne), string.Join('\n', texts[i]));
        }
    }

    private static async Task<int> CloseAsync(List<RoomMember> members, Random random)
    {
        await Task.WhenAll(members.Select(member => member.CloseAsync()));
        members.Clear();
        return random.Next(1, MostExchanges);
    }
}
