using System.Globalization;

namespace Aleph.Actors.Http.Files;

/// <summary>A part of a representation.</summary>
internal readonly record struct ByteRange(long Offset, long Length);

/// <summary>
/// Reads a Range field (RFC 9110 14.1.2, 14.2). One that is malformed, asks for too much or too often counts as
/// absent, since a client could multiply its cost by it (14.2, 17.15). Pure.
/// </summary>
internal static class ByteRanges
{
    /// <summary>The most ranges that are answered; more and the whole is sent.</summary>
    public const int MaxRanges = 16;

    /// <summary>The ranges to send.</summary>
    /// <param name="field">The value of the Range field.</param>
    /// <param name="length">The length of the representation.</param>
    /// <returns>Null for the whole; empty where none of the ranges is in it (416).</returns>
    public static ByteRange[]? Parse(string? field, long length)
    {
        const string Unit = "bytes=";
        if (field is null || !field.StartsWith(Unit, StringComparison.OrdinalIgnoreCase))
            return null;
        var set = field.AsSpan(Unit.Length);
        if (set.Count(',') >= MaxRanges)
            return null;
        var ranges = new List<ByteRange>();
        var (total, any) = (0L, false);
        foreach (var part in set.Split(','))
        {
            var text = set[part].Trim(" \t");
            if (text.IsEmpty)
                continue;
            if (!TryParse(text, length, out var range))
                return null;
            any = true;
            if (range.Length > 0)
                ranges.Add(range);
            total += range.Length;
        }

        return !any || total > length ? null : [.. ranges];
    }

    /// <summary>False where it is malformed; a length of 0 where it is outside.</summary>
    private static bool TryParse(ReadOnlySpan<char> text, long length, out ByteRange range)
    {
        range = default;
        var dash = text.IndexOf('-');
        if (dash < 0)
            return false;
        var first = text[..dash];
        var last = text[(dash + 1)..];
        if (first.IsEmpty)
        {
            if (!TryNumber(last, out var suffix))
                return false;
            var count = Math.Min(suffix, length);
            range = new ByteRange(length - count, count);
            return true;
        }

        var end = long.MaxValue;
        if (!TryNumber(first, out var begin) || (!last.IsEmpty && !TryNumber(last, out end)) || end < begin)
            return false;
        if (begin < length)
            range = new ByteRange(begin, Math.Min(end, length - 1) - begin + 1);
        return true;
    }

    /// <summary>Digits only; a number too large for us is as good as the largest.</summary>
    private static bool TryNumber(ReadOnlySpan<char> text, out long number)
    {
        number = long.MaxValue;
        if (text.IsEmpty || text.ContainsAnyExceptInRange('0', '9'))
            return false;
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number))
            number = long.MaxValue;
        return true;
    }
}
