namespace Aleph.Actors.Http.Routing;

/// <summary>
/// One look-up in a trie. Each node is visited at most once, whatever the path, since the segments before it lead to it
/// in one way: the cost is bounded by the table, not by the client.
/// </summary>
internal ref struct RouteSearch(string path, string method, Span<Range> captured)
{
    private readonly Span<Range> _captured = captured;

    /// <summary>The methods of all entries that the path leads to; gathered where it is set before.</summary>
    public SortedSet<string>? Allowed { get; set; }

    /// <summary>How many parameters the entry found has taken.</summary>
    public int Count { get; private set; }

    /// <summary>Literals first, then constrained parameters, others, and what takes the rest of the path.</summary>
    /// <param name="node">Where to go on.</param>
    /// <param name="position">The slash before the next segment, or the end of the path.</param>
    /// <param name="taken">How many parameters have been taken.</param>
    public RouteEntry? Find(RouteNode node, int position, int taken)
    {
        if (position >= path.Length - 1 && Pick(node.Here, taken) is { } end)
            return end;
        if (position < path.Length - 1)
        {
            var next = path.AsSpan(position + 1).IndexOf('/');
            var segment = (position + 1)..(next < 0 ? path.Length : position + 1 + next);
            if (node.Literal(path.AsSpan()[segment]) is { } literal
                && Find(literal, segment.End.Value, taken) is { } exact)
                return exact;
            foreach (var (constraint, child) in node.Parameters)
            {
                if (!RouteConstraints.Accepts(constraint, path.AsSpan()[segment]))
                    continue;
                _captured[taken] = segment;
                if (Find(child, segment.End.Value, taken + 1) is { } found)
                    return found;
            }
        }

        if (node.Below.Count == 0)
            return null;
        _captured[taken] = Math.Min(position + 1, path.Length)..path.Length;
        return Pick(node.Below, taken + 1);
    }

    private RouteEntry? Pick(List<RouteEntry> entries, int taken)
    {
        if (Allowed is not null)
        {
            foreach (var entry in entries)
                Allowed.Add(entry.Method!);
            return null;
        }

        Count = taken;
        return RouteNode.For(method, entries);
    }
}
