using System.Collections;

namespace Aleph.Actors.Http;

/// <summary>
/// The field lines of a message, immutable: order, case and duplicates are kept, look-ups ignore case (RFC 9110 5).
/// Every "change" answers another instance. Safe to share between threads and messages.
/// </summary>
public sealed class HttpHeaders : IReadOnlyList<HttpField>
{
    private readonly HttpField[] _fields;

    private HttpHeaders(HttpField[] fields, int count)
    {
        _fields = fields;
        Count = count;
    }

    /// <summary>No fields.</summary>
    public static HttpHeaders Empty { get; } = new([], 0);

    /// <summary>The number of field lines.</summary>
    public int Count { get; }

    /// <summary>The field line at a position, 0 to <see cref="Count"/> - 1.</summary>
    public HttpField this[int index] => AsSpan()[index];

    /// <summary>
    /// The value of a field; where the field was repeated, the values joined by a comma and a space (RFC 9110 5.3);
    /// null where it is absent.
    /// </summary>
    public string? this[string name]
    {
        get
        {
            var fields = AsSpan();
            for (var i = 0; i < fields.Length; i++)
            {
                if (NamesEqual(fields[i].Name, name))
                    return JoinFrom(i, name);
            }

            return null;
        }
    }

    /// <summary>Makes headers from names and values, in that order.</summary>
    /// <exception cref="ArgumentException">A name is not a token, or a value holds CR, LF, NUL or another
    /// control.</exception>
    public static HttpHeaders Of(params ReadOnlySpan<(string Name, string Value)> fields)
    {
        var copy = new HttpField[fields.Length];
        for (var i = 0; i < copy.Length; i++)
            copy[i] = FieldSyntax.Checked(fields[i].Name, fields[i].Value);
        return new HttpHeaders(copy, copy.Length);
    }

    /// <summary>Whether a field of that name is there.</summary>
    public bool Contains(string name)
    {
        foreach (var field in AsSpan())
        {
            if (NamesEqual(field.Name, name))
                return true;
        }

        return false;
    }

    /// <summary>The values of a field, one for each of its lines, in order; none where it is absent.</summary>
    public IEnumerable<string> GetAll(string name)
    {
        for (var i = 0; i < Count; i++)
        {
            if (NamesEqual(_fields[i].Name, name))
                yield return _fields[i].Value;
        }
    }

    /// <summary>These headers and one more line at the end.</summary>
    /// <exception cref="ArgumentException">The name is not a token, or the value holds CR, LF, NUL or another
    /// control.</exception>
    public HttpHeaders Add(string name, string value)
    {
        var copy = new HttpField[Count + 1];
        AsSpan().CopyTo(copy);
        copy[Count] = FieldSyntax.Checked(name, value);
        return new HttpHeaders(copy, copy.Length);
    }

    /// <summary>
    /// These headers with one line of that name: in the place of the first such line, else at the end.
    /// </summary>
    /// <exception cref="ArgumentException">The name is not a token, or the value holds CR, LF, NUL or another
    /// control.</exception>
    public HttpHeaders With(string name, string value)
    {
        var field = FieldSyntax.Checked(name, value);
        var copy = new List<HttpField>(Count + 1);
        var placed = false;
        foreach (var old in AsSpan())
        {
            if (!NamesEqual(old.Name, name))
            {
                copy.Add(old);
                continue;
            }

            if (!placed)
                copy.Add(field);
            placed = true;
        }

        if (!placed)
            copy.Add(field);
        return new HttpHeaders([.. copy], copy.Count);
    }

    /// <summary>These headers without any line of that name.</summary>
    public HttpHeaders Without(string name) => Contains(name)
        ? FromOwned([.. this.Where(field => !NamesEqual(field.Name, name))])
        : this;

    /// <summary>The lines, without a copy.</summary>
    internal ReadOnlySpan<HttpField> AsSpan() => _fields.AsSpan(0, Count);

    /// <summary>Headers over an array that the caller gives away and has checked.</summary>
    internal static HttpHeaders FromOwned(HttpField[] fields) => FromOwned(fields, fields.Length);

    /// <summary>
    /// Headers over the first <paramref name="count"/> lines of an array that the caller gives away and has checked.
    /// </summary>
    internal static HttpHeaders FromOwned(HttpField[] fields, int count) =>
        count == 0 ? Empty : new HttpHeaders(fields, count);

    /// <summary>Whether two field names are the same (RFC 9110 5.1: case does not matter).</summary>
    internal static bool NamesEqual(string a, string b) =>
        (object)a == b || (a.Length == b.Length && string.Equals(a, b, StringComparison.OrdinalIgnoreCase));

    /// <inheritdoc/>
    public IEnumerator<HttpField> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
            yield return _fields[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The lines as <c>Name: value</c>, one a row. For logs and tests: nothing is masked.</summary>
    public override string ToString() => string.Join('\n', this.Select(field => $"{field.Name}: {field.Value}"));

    private string JoinFrom(int first, string name)
    {
        var joined = _fields[first].Value;
        for (var i = first + 1; i < Count; i++)
        {
            if (NamesEqual(_fields[i].Name, name))
                joined = $"{joined}, {_fields[i].Value}";
        }

        return joined;
    }
}
