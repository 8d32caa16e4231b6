namespace Aleph.Actors.Http.Http1;

/// <summary>
/// The line <c>Date: ...</c> with its CRLF, rendered anew when the second changes. For one thread at a time.
/// </summary>
internal struct DateLine
{
    private const string Prefix = "Date: ";

    private byte[]? _line;
    private long _second;

    /// <summary>The line for a moment.</summary>
    public ReadOnlySpan<byte> At(DateTimeOffset now)
    {
        var second = now.ToUnixTimeSeconds();
        if (_line is not null && second == _second)
            return _line;
        // A new array: the old line may still be read by whoever asked for it.
        var line = new byte[Prefix.Length + HttpDate.Length + 2];
        "Date: "u8.CopyTo(line);
        HttpDate.Format(now, line.AsSpan(Prefix.Length));
        "\r\n"u8.CopyTo(line.AsSpan(Prefix.Length + HttpDate.Length));
        _second = second;
        return _line = line;
    }
}
