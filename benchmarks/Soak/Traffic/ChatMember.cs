using System.Text;

namespace Soak.Traffic;

/// <summary>A connection to the line chat.</summary>
internal sealed class ChatMember : IAsyncDisposable
{
    private readonly Stream _stream;
    private readonly StreamReader _lines;

    private ChatMember(Stream stream, string name)
    {
        (_stream, Name) = (stream, name);
        _lines = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
    }

    public string Name { get; }

    /// <summary>Takes that name and goes into that room; what is said in the lobby meanwhile is not heard.</summary>
    public static async Task<ChatMember> EnterAsync(
        Stream stream, string name, string room, CancellationToken cancellation)
    {
        var member = new ChatMember(stream, name);
        try
        {
            await member.HearAsync(line => line.EndsWith(" in lobby", StringComparison.Ordinal), cancellation);
            await member.SayAsync($"/name {name}", cancellation);
            await member.HearAsync(line => line == $"* you are {name}", cancellation);
            await member.SayAsync($"/join {room}", cancellation);
            await member.HearAsync(line => line == $"* you are {name} in {room}", cancellation);
            return member;
        }
        catch
        {
            await member.DisposeAsync();
            throw;
        }
    }

    public Task SayAsync(string line, CancellationToken cancellation) =>
        _stream.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), cancellation).AsTask();

    /// <summary>Hears that line of the other, and no other line of the other.</summary>
    /// <exception cref="EndOfStreamException">The other's connection was broken, or the server drains.</exception>
    public async Task HearAsync(string line, string other, CancellationToken cancellation)
    {
        string heard;
        do
        {
            heard = await HearAsync(cancellation);
            if (heard == $"* {other} left" || heard == "* goodbye")
                throw new EndOfStreamException(heard);
        }
        while (heard != line && IsOfOthers(heard, other));
        Payload.Check(heard, line);
    }

    public async ValueTask DisposeAsync()
    {
        _lines.Dispose();
        await _stream.DisposeAsync();
    }

    private async Task<string> HearAsync(CancellationToken cancellation) =>
        await _lines.ReadLineAsync(cancellation) ?? throw new EndOfStreamException("the chat ended");

    // What the lobby said before it knew that one has left it may come later.
    private static bool IsOfOthers(string heard, string other) =>
        !heard.StartsWith($"* {other} ", StringComparison.Ordinal)
            && !heard.StartsWith($"{other}:", StringComparison.Ordinal);

    private async Task HearAsync(Func<string, bool> isIt, CancellationToken cancellation)
    {
        while (!isIt(await HearAsync(cancellation)))
        {
        }
    }
}
