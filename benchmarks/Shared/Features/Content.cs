using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;

namespace Features;

/// <summary>What both servers answer with.</summary>
internal static class Content
{
    public const int PieceSize = 64 * 1024;

    private static readonly TimeSpan EventPeriod = TimeSpan.FromMilliseconds(100);

    public static ReadOnlyMemory<byte> Hello { get; } = "Hello, World!"u8.ToArray();

    public static ReadOnlyMemory<byte> Piece { get; } = Enumerable.Repeat((byte)'x', PieceSize).ToArray();

    /// <summary>Ten events a second, each the time of its making in microseconds.</summary>
    public static async IAsyncEnumerable<SseItem<string>> EventsAsync(
        [EnumeratorCancellation] CancellationToken aborted = default)
    {
        using var timer = new PeriodicTimer(EventPeriod);
        while (await timer.WaitForNextTickAsync(aborted))
        {
            var micros = (DateTime.UtcNow - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
            yield return new SseItem<string>(micros.ToString(CultureInfo.InvariantCulture));
        }
    }
}

/// <summary>The JSON answer.</summary>
internal sealed record Greeting(string Message, int Number, string[] Tags)
{
    public static Greeting Create() => new("Hello, World!", 42, ["one", "two", "three"]);
}

[JsonSerializable(typeof(Greeting))]
[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
internal sealed partial class ContentJson : JsonSerializerContext;
