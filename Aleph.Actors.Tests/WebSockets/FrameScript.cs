using System.Globalization;
using System.Text;
using Aleph.Actors.Http.WebSockets;
using Xunit;

namespace Aleph.Actors.Tests.WebSockets;

/// <summary>
/// Runs octets through a machine as a driver would: whole, cut in two at every octet, and octet by octet. All must give
/// the same transcript, which is then returned: a line for each message, control frame, or error.
/// </summary>
internal static class FrameScript
{
    private const int CutEverywhere = 1500;

    public static string Read(
        byte[] octets, WebSocketLimits? limits = null, WebSocketRole role = WebSocketRole.Server,
        DeflateParameters? deflate = null)
    {
        var whole = Run([octets], limits, role, deflate);
        var step = octets.Length <= CutEverywhere ? 1 : octets.Length / 50;
        for (var cut = 1; cut < octets.Length; cut += step)
        {
            var parts = Run([octets[..cut], octets[cut..]], limits, role, deflate);
            Assert.True(whole == parts, $"Cut at {cut}:\n{parts}\nWhole:\n{whole}");
        }

        if (octets.Length <= 64 * 1024)
        {
            var single = Run(octets.Select(octet => new[] { octet }), limits, role, deflate);
            Assert.True(whole == single, $"Octet by octet:\n{single}\nWhole:\n{whole}");
        }

        return whole;
    }

    /// <summary>The octets are refused with that close code, whatever follows them.</summary>
    public static WebSocketFault Rejects(
        byte[] octets, int closeCode, WebSocketLimits? limits = null, WebSocketRole role = WebSocketRole.Server,
        DeflateParameters? deflate = null)
    {
        byte[] more = [.. octets, .. Frames.Of(Frames.Fin | Frames.Ping, "more"u8, role == WebSocketRole.Server)];
        var transcript = Read(more, limits, role, deflate);
        Assert.Equal($"error {closeCode}", Last(transcript));
        var exact = Fault(octets, limits, role, deflate);
        Assert.True(exact is not null, $"Not refused by its own octets: {Convert.ToHexString(octets)}");
        Assert.Matches("^[a-z0-9_]+$", exact.Code);
        Assert.Matches(@"\(RFC \d+ [0-9.]+\)\.$", exact.Summary);
        Assert.True(Encoding.UTF8.GetByteCount(exact.Summary) <= 123, exact.Summary);
        return exact;
    }

    public static string Run(
        IEnumerable<byte[]> pieces, WebSocketLimits? limits = null, WebSocketRole role = WebSocketRole.Server,
        DeflateParameters? deflate = null)
    {
        using var machine = new WebSocketMachine(role, limits ?? WebSocketLimits.Default, deflate);
        var transcript = new StringBuilder();
        var message = new PooledBuffer();
        byte[] unread = [];
        foreach (var piece in pieces)
        {
            unread = [.. unread, .. piece];
            while (true)
            {
                var happened = machine.Read(unread, message, out var consumed);
                unread = unread[consumed..];
                if (happened == WebSocketEvent.NeedMore)
                    break;
                Note(transcript, machine.Input, happened, message);
            }
        }

        message.Release();
        return transcript.ToString();
    }

    private static WebSocketFault? Fault(
        byte[] octets, WebSocketLimits? limits, WebSocketRole role, DeflateParameters? deflate)
    {
        using var machine = new WebSocketMachine(role, limits ?? WebSocketLimits.Default, deflate);
        var message = new PooledBuffer();
        for (var at = 0; machine.Read(octets.AsSpan(at), message, out var consumed) is not WebSocketEvent.NeedMore;)
            at += consumed;
        message.Release();
        return machine.Input.Fault;
    }

    private static string Last(string transcript)
    {
        var line = transcript.TrimEnd('\n').Split('\n')[^1];
        return line.Split(": ")[0];
    }

    private static void Note(
        StringBuilder transcript, WebSocketReader input, WebSocketEvent happened, PooledBuffer message)
    {
        switch (happened)
        {
            case WebSocketEvent.MessageEnd:
                var content = input.IsText ? Encoding.UTF8.GetString(message.Span) : Convert.ToHexString(message.Span);
                transcript.Append(CultureInfo.InvariantCulture, $"{(input.IsText ? "text" : "binary")} {content}\n");
                message.Clear();
                break;
            case WebSocketEvent.Ping or WebSocketEvent.Pong:
                transcript.Append(CultureInfo.InvariantCulture, $"{happened} {Convert.ToHexString(input.Control)}\n");
                break;
            case WebSocketEvent.Close:
                transcript.Append(CultureInfo.InvariantCulture, $"Close {input.Close.Code} {input.Close.Reason}\n");
                break;
            case WebSocketEvent.Error:
                transcript.Append(
                    CultureInfo.InvariantCulture, $"error {input.Fault!.CloseCode}: {input.Fault.Code}\n");
                break;
        }
    }
}
