using System.Buffers;
using System.Globalization;
using System.Net.ServerSentEvents;
using System.Text;

namespace Aleph.Actors.Http.Sse;

/// <summary>Events as they are written (the HTML standard, 9.2.6).</summary>
internal static class EventText
{
    /// <summary>Appends an event and the empty line that ends it.</summary>
    public static void Write(SseItem<string> item, IBufferWriter<byte> to)
    {
        if (item.EventType is { Length: > 0 } type && type != SseParser.EventTypeDefault)
            WriteLine("event: "u8, type, to);
        if (item.EventId is { } id)
            WriteLine("id: "u8, id, to);
        if (item.ReconnectionInterval is { } retry)
            WriteLine("retry: "u8, ((long)retry.TotalMilliseconds).ToString(CultureInfo.InvariantCulture), to);

        // All that ends a line in the standard; a bare CR, too.
        var data = item.Data.AsSpan();
        for (int end; (end = data.IndexOfAny('\r', '\n')) >= 0;)
        {
            WriteLine("data: "u8, data[..end], to);
            data = data[(end + (data[end..] is ['\r', '\n', ..] ? 2 : 1))..];
        }

        WriteLine("data: "u8, data, to);
        to.Write("\n"u8);
    }

    private static void WriteLine(ReadOnlySpan<byte> field, ReadOnlySpan<char> value, IBufferWriter<byte> to)
    {
        to.Write(field);
        Encoding.UTF8.GetBytes(value, to);
        to.Write("\n"u8);
    }
}
