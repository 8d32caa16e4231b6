using System.Collections;

namespace Aleph.Actors.Http;

/// <summary>
/// Names and values in the order in which they came, names repeated or not: of a query, a form, or cookies. Names are
/// case-sensitive. Immutable.
/// </summary>
public sealed class NameValues : IReadOnlyList<KeyValuePair<string, string>>
{
    // So few are looked through faster than a table of them is made.
    private const int Few = 16;

    private readonly KeyValuePair<string, string>[] _pairs;
    private ILookup<string, string>? _byName;

    internal NameValues(KeyValuePair<string, string>[] pairs) => _pairs = pairs;

    /// <summary>No pairs.</summary>
    public static NameValues Empty { get; } = new([]);

    /// <summary>The number of pairs.</summary>
    public int Count => _pairs.Length;

    private ILookup<string, string> ByName =>
        _byName ??= _pairs.ToLookup(x => x.Key, x => x.Value, StringComparer.Ordinal);

    /// <summary>The pair at a position, 0 to <see cref="Count"/> - 1.</summary>
    public KeyValuePair<string, string> this[int index] => _pairs[index];

    /// <summary>The first value of a name, or null where it is absent.</summary>
    public string? this[string name]
    {
        get
        {
            if (_pairs.Length > Few)
                return ByName[name].FirstOrDefault();
            foreach (var pair in _pairs)
            {
                if (pair.Key == name)
                    return pair.Value;
            }

            return null;
        }
    }

    /// <summary>All values of a name, in order; none where it is absent.</summary>
    public IEnumerable<string> GetAll(string name) => ByName[name];

    /// <summary>Whether a name is there.</summary>
    public bool Contains(string name) => this[name] is not null;

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => _pairs.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
