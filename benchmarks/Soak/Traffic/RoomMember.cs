using System.Text.Json;
using Aleph.Actors.Http;

namespace Soak.Traffic;

/// <summary>A WebSocket to a room of the chat, and what the room tells it.</summary>
internal sealed class RoomMember(string name, WebSocketConnection socket)
{
    public string Name => name;

    public async Task SayAsync(IEnumerable<string> texts, CancellationToken cancellation)
    {
        foreach (var text in texts)
            await socket.SendAsync(WebSocketMessage.Of(text), cancellation);
    }

    /// <summary>
    /// It came in, as the last of these. The one message is told to its connection, the other broadcast by the room:
    /// two ways, of which nobody says which is the shorter.
    /// </summary>
    public async Task HearEntryAsync(string room, IReadOnlyList<string> names, CancellationToken cancellation)
    {
        using var first = await HearAsync(cancellation);
        using var second = await HearAsync(cancellation);
        var (welcome, members) = Text(first, "type") == "welcome" ? (first, second) : (second, first);
        Payload.Check(Text(welcome, "type"), "welcome");
        Payload.Check(Text(welcome, "room"), room);
        Payload.Check(Text(welcome, "name"), name);
        CheckJoined(members, names);
    }

    /// <summary>The last of these came in.</summary>
    public async Task HearJoinedAsync(IReadOnlyList<string> names, CancellationToken cancellation)
    {
        using var heard = await HearAsync(cancellation);
        CheckJoined(heard, names);
    }

    /// <summary>Who said what, in the order of the room.</summary>
    public async Task<List<(string Name, string Text)>> HearSaidAsync(int count, CancellationToken cancellation)
    {
        var all = new List<(string, string)>();
        while (all.Count < count)
        {
            using var heard = await HearAsync(cancellation);
            Payload.Check(Text(heard, "type"), "said");
            all.Add((Text(heard, "name"), Text(heard, "text")));
        }

        return all;
    }

    public Task CloseAsync() => socket.CloseAsync();

    public void Abort() => socket.Abort();

    private static void CheckJoined(JsonDocument heard, IReadOnlyList<string> names)
    {
        Payload.Check(Text(heard, "type"), "members");
        Payload.Check(Text(heard, "joined"), names[^1]);
        var present = heard.RootElement.GetProperty("names").EnumerateArray()
            .Select(present => present.GetString()!).ToList();

        // Nobody was left to be told of it where all connections were broken at once.
        if (names.Except(present).Any())
            throw new EndOfStreamException("some left, whose connections were broken");
        Payload.Check(string.Join(' ', present), string.Join(' ', names));
    }

    private static string Text(JsonDocument heard, string property) =>
        heard.RootElement.TryGetProperty(property, out var text) ? text.GetString()! : "";

    private async Task<JsonDocument> HearAsync(CancellationToken cancellation)
    {
        var came = await socket.ReceiveAsync(cancellation)
            ?? throw new EndOfStreamException($"closed: {await socket.Closed}");
        var heard = JsonDocument.Parse(came.Bytes);
        if (Text(heard, "left") is { Length: > 0 } other)
        {
            heard.Dispose();
            throw new EndOfStreamException($"{other} left, whose connection was broken");
        }

        return heard;
    }
}
