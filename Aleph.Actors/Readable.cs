using System.Collections.ObjectModel;

namespace Aleph.Actors;

/// <summary>
/// Collections of public records, as ones whose text shows their entries: a record's own text has that of its members,
/// and the runtime's collections name but their type. Equal where their entries are, so that records are. What is
/// given stays the giver's, and must not change any more.
/// </summary>
internal static class Readable
{
    public static IReadOnlyDictionary<TKey, TValue> Of<TKey, TValue>(IReadOnlyDictionary<TKey, TValue> entries)
        where TKey : notnull =>
        entries as ReadableDictionary<TKey, TValue> ?? new ReadableDictionary<TKey, TValue>(
            entries as IDictionary<TKey, TValue> ?? new Dictionary<TKey, TValue>(entries));

    public static IReadOnlyList<T> Of<T>(IReadOnlyList<T> items) =>
        items as ReadableList<T> ?? new ReadableList<T>(items as IList<T> ?? [.. items]);

    private sealed class ReadableDictionary<TKey, TValue>(IDictionary<TKey, TValue> entries)
        : ReadOnlyDictionary<TKey, TValue>(entries)
        where TKey : notnull
    {
        public override string ToString() =>
            Count == 0 ? "{ }" : $"{{ {string.Join(", ", this.Select(entry => $"{entry.Key} = {entry.Value}"))} }}";

        public override bool Equals(object? obj) => obj is ReadableDictionary<TKey, TValue> other
            && other.Count == Count
            && this.All(entry => other.TryGetValue(entry.Key, out var value) && Equals(value, entry.Value));

        // In whatever order they come.
        public override int GetHashCode() =>
            this.Aggregate(Count, (hash, entry) => hash ^ HashCode.Combine(entry.Key, entry.Value));
    }

    private sealed class ReadableList<T>(IList<T> items) : ReadOnlyCollection<T>(items)
    {
        public override string ToString() => Count == 0 ? "[ ]" : $"[ {string.Join(", ", this)} ]";

        public override bool Equals(object? obj) => obj is ReadableList<T> other && this.SequenceEqual(other);

        public override int GetHashCode() =>
            this.Aggregate(Count, static (hash, item) => HashCode.Combine(hash, item));
    }
}
