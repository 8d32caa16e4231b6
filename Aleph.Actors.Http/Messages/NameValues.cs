using System.Collections;

namespace Aleph.Actors.Http;

/// <summary>
/// Names and values in the order in which they came, names repeated or not: of a query, a form, or cookies. Names are
/// case-sensitive. Immutable.
/// </summary>
public sealed class NameValues : IReadOnlyList<KeyValuePair<string, string>>
{
    private readonly KeyValuePair<string, string>[] _pairs;
    private readonly Lazy<ILookup<string, string>> _byName;

    internal NameValues(KeyValuePair<string, string>[] pairs)
    {
        _pairs = pairs;
        _byName = new(() => pairs.ToLookup(x => x.Key, x => x.Value, StringComparer.Ordinal));
    }

    /// <summary>No pairs.</summary>
    public static NameValues Empty { get; } = new([]);

    /// <summary>The number of pairs.</summary>
    public int Count => _pairs.Length;

    /// <summary>The pair at a position, 0 to <see cref="Count"/> - 1.</summary>
    public KeyValuePair<string, string> this[int index] => _pairs[index];

    /// <summary>The first value of a name, or null where it is absent.</summary>
    public string? this[string name] => _byName.Value[name].FirstOrDefault();

    /// <summary>All values of a name, in order; none where it is absent.</summary>
    public IEnumerable<string> GetAll(string name) => _byName.Value[name];

    /// <summary>Whether a name is there.</summary>
    public bool Contains(string name) => _byName.Value.Contains(name);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => _pairs.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
