using System.Globalization;

namespace Aleph.Actors.Http;

/// <summary>
/// The items of an Accept-like field with their weights in thousandths (RFC 9110 12.4.2). An item whose weight cannot
/// be read has weight 0; parameters other than q are left out.
/// </summary>
internal readonly struct QualityList
{
    // Nobody offers as many; a field full of commas is cheap.
    private const int MaxItems = 100;

    private readonly List<(string Name, int Quality)> _items;

    private QualityList(List<(string Name, int Quality)> items) => _items = items;

    public static QualityList Parse(string value)
    {
        var items = new List<(string, int)>();
        foreach (var range in value.AsSpan().Split(','))
        {
            var item = value.AsSpan()[range];
            var end = item.IndexOf(';');
            var name = (end < 0 ? item : item[..end]).Trim(" \t");
            if (name.Length > 0 && items.Count < MaxItems)
                items.Add((name.ToString().ToLowerInvariant(), end < 0 ? 1000 : Quality(item[(end + 1)..])));
        }

        return new QualityList(items);
    }

    /// <summary>The weight of a name, 0 to 1000; null where it is not listed.</summary>
    /// <param name="name">In lower case.</param>
    public int? Find(string name)
    {
        foreach (var item in _items)
        {
            if (item.Name == name)
                return item.Quality;
        }

        return null;
    }

    private static int Quality(ReadOnlySpan<char> parameters)
    {
        foreach (var range in parameters.Split(';'))
        {
            var parameter = parameters[range].Trim(" \t");
            if (!parameter.StartsWith("q=", StringComparison.OrdinalIgnoreCase))
                continue;
            return decimal.TryParse(
                parameter[2..], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var quality)
                && quality is >= 0 and <= 1
                ? (int)(quality * 1000)
                : 0;
        }

        return 1000;
    }
}
