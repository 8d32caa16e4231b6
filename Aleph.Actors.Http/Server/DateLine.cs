using Aleph.Actors.Http.Http1;

namespace Aleph.Actors.Http.Server;

/// <summary>The Date field line of a server's answers, rendered once a second (RFC 9110 6.6.1). Any thread.</summary>
internal sealed class DateLine(TimeProvider time)
{
    private Rendered _current = new([], long.MinValue);

    public ReadOnlySpan<byte> At(long now)
    {
        var current = Volatile.Read(ref _current);
        if (now >= current.Until)
            Volatile.Write(ref _current, current = Render(now));
        return current.Line;
    }

    private Rendered Render(long now)
    {
        var date = time.GetUtcNow();
        Span<byte> text = stackalloc byte[64];
        var length = HttpDate.Format(date, text);
        var untilNextSecond = TimeSpan.TicksPerSecond - (date.Ticks % TimeSpan.TicksPerSecond);
        return new Rendered(
            [.. "Date: "u8, .. text[..length], .. "\r\n"u8],
            now + (untilNextSecond * time.TimestampFrequency / TimeSpan.TicksPerSecond));
    }

    private sealed record Rendered(byte[] Line, long Until);
}
