using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Akka.Actor;
using Aleph.Actors.Connections;
using Aleph.Actors.Http.Server;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Server;

/// <summary>A client that sends and expects wire text, where CRLF is a line end and Date lines are left out.</summary>
internal sealed class TestClient(MemoryPeer peer, IActorRef actor, CountingTransport transport,
    Http1ServerContext context)
{
    private readonly byte[] _buffer = new byte[16 * 1024];
    private string _received = "";
    private bool _ended;

    public MemoryPeer Peer => peer;

    public IActorRef Actor => actor;

    public int Sends => transport.Sends;

    public Http1ServerContext Server => context;

    public Task SendAsync(string text) => peer.WriteAsync(Wire.Text(text))
        .Within($"the server took {text.Length} characters");

    public Task SendAsync(byte[] bytes) => peer.WriteAsync(bytes).Within($"the server took {bytes.Length} bytes");

    /// <summary>Waits until the connection has done all it was told so far.</summary>
    public async Task SettleAsync()
    {
        using var settled = new CancellationTokenSource();
        var ended = actor.WatchAsync(settled.Token);

        // Twice: the first may overtake what the connection told itself meanwhile. One that ends may take the question
        // with it, when that comes while its mailbox closes.
        for (var i = 0; i < 2 && !ended.IsCompleted; i++)
        {
            var answer = actor.Ask<ActorIdentity>(new Identify(null), Waiting.Patience);
            await (await Task.WhenAny(answer, ended)).Within("the connection answered or ended");
        }

        await settled.CancelAsync();
    }

    /// <summary>Expects exactly this next.</summary>
    public async Task ExpectAsync(string text)
    {
        while (_received.Length < text.Length || !_received.Contains(HeadEnd, StringComparison.Ordinal))
        {
            if (text.StartsWith(_received, StringComparison.Ordinal) && _received.Length == text.Length)
                break;
            Assert.True(await FillAsync(text), $"Expected:\n{text}\nbut it ended after:\n{_received}");
        }

        Assert.Equal(text, _received[..Math.Min(text.Length, _received.Length)]);
        _received = _received[text.Length..];
    }

    /// <summary>Expects that the server has closed its side and sent no more.</summary>
    public async Task ExpectEndAsync()
    {
        while (await FillAsync("the end"))
        {
        }

        Assert.Equal("", _received);
    }

    /// <summary>All until the end.</summary>
    public async Task<string> ReadToEndAsync()
    {
        while (await FillAsync("the end"))
        {
        }

        return Take(_received.Length);
    }

    /// <summary>All until this text, included.</summary>
    public async Task<string> ReadUntilAsync(string text)
    {
        int at;
        while ((at = _received.IndexOf(text, StringComparison.Ordinal)) < 0)
            Assert.True(await FillAsync(text), $"\"{text}\" did not come before the end, but: {_received}");
        return Take(at + text.Length);
    }

    /// <summary>The next answer: head and content.</summary>
    public async Task<string> ReadAnswerAsync(bool withoutContent = false)
    {
        var head = await ReadUntilAsync(HeadEnd);
        if (withoutContent || Regex.IsMatch(head, "^HTTP/1.1 (1..|204|304)"))
            return head;
        if (Regex.Match(head, @"\nContent-Length: (\d+)\n") is { Success: true } known)
        {
            var length = int.Parse(known.Groups[1].Value, CultureInfo.InvariantCulture);
            while (_received.Length < length)
                Assert.True(await FillAsync("the content"),
                    $"The content ended after {_received.Length} of {length}: {head}");
            return head + Take(length);
        }

        return head.Contains("chunked", StringComparison.Ordinal) ? head + await ReadUntilAsync("0\n\n")
            : head + await ReadToEndAsync();
    }

    public async Task ExpectStatusAsync(int status, bool closes = false)
    {
        var answer = await ReadAnswerAsync();
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.Equal(closes, answer.Contains("\nConnection: close\n", StringComparison.OrdinalIgnoreCase));
        if (closes)
            await ExpectEndAsync();
    }

    /// <summary>Expects that the server resets the connection.</summary>
    public async Task<string> ExpectResetAsync()
    {
        try
        {
            while (await FillAsync("the reset"))
            {
            }
        }
        catch (IOException)
        {
            return _received;
        }

        throw new Xunit.Sdk.XunitException($"Closed, not reset: {_received}");
    }

    private const string HeadEnd = "\n\n";

    private string Take(int count)
    {
        var taken = _received[..count];
        _received = _received[count..];
        return taken;
    }

    private async Task<bool> FillAsync(string awaited)
    {
        if (_ended)
            return false;
        var count = await peer.ReadAsync(_buffer).Within($"{awaited} came; so far: {_received}");
        _ended = count == 0;
        _received += Encoding.Latin1.GetString(_buffer, 0, count).Replace("\r\n", "\n", StringComparison.Ordinal);
        _received = Regex.Replace(_received, @"(?<=\n)Date: [A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} [\d:]{8} GMT\n",
            "");
        return count > 0;
    }
}
