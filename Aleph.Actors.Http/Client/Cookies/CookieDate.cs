using System.Globalization;

namespace Aleph.Actors.Http.Client.Cookies;

/// <summary>Reads the dates of cookies, in any order and form that servers have come up with (RFC 6265
/// 5.1.1).</summary>
internal static class CookieDate
{
    private const string Months = "janfebmaraprmayjunjulaugsepoctnovdec";

    public static bool TryParse(string text, out DateTimeOffset date)
    {
        TimeSpan? time = null;
        int? day = null, month = null, year = null;
        foreach (var token in text.Split([' ', '\t', ',', '-', ';', '/', '(', ')'],
            StringSplitOptions.RemoveEmptyEntries))
        {
            if (time is null && TimeOf(token) is { } found)
                time = found;
            else if (day is null && Number(token, 1, 2) is { } d)
                day = d;
            else if (month is null && MonthOf(token) is { } m)
                month = m;
            else if (year is null && Number(token, 2, 4) is { } y)
                year = y switch { >= 70 and <= 99 => y + 1900, < 70 => y + 2000, _ => y };
        }

        date = default;
        if (time is not { } t || day is not (>= 1 and <= 31) || month is null || year is not (>= 1601 and <= 9998)
            || day > DateTime.DaysInMonth(year.Value, month.Value))
        {
            return false;
        }

        date = new DateTimeOffset(year.Value, month.Value, day.Value, 0, 0, 0, TimeSpan.Zero) + t;
        return true;
    }

    private static TimeSpan? TimeOf(string token)
    {
        var parts = token.Split(':');
        if (parts.Length != 3 || Number(parts[0], 1, 2) is not (<= 23 and var hour)
            || Number(parts[1], 1, 2) is not (<= 59 and var minute) || Number(parts[2], 1, 2)
                is not (<= 59 and var second))
        {
            return null;
        }

        return new TimeSpan(hour, minute, second);
    }

    private static int? MonthOf(string token)
    {
        if (token.Length < 3)
            return null;
        var at = Months.IndexOf(token[..3].ToLowerInvariant(), StringComparison.Ordinal);
        return at >= 0 && at % 3 == 0 ? (at / 3) + 1 : null;
    }

    // So many digits at the start, then no other digit.
    private static int? Number(string token, int least, int most)
    {
        var digits = token.TakeWhile(char.IsAsciiDigit).Count();
        return digits >= least && digits <= most
            ? int.Parse(token[..digits], NumberStyles.None, CultureInfo.InvariantCulture)
            : null;
    }
}
