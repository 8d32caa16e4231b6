namespace Aleph.Actors.Http.Routing;

/// <summary>
/// What a table knows of all paths that begin alike: a node of the trie of segments. Not changed once the table is
/// built.
/// </summary>
internal sealed class RouteNode
{
    private readonly Dictionary<string, RouteNode> _literals = new(StringComparer.Ordinal);

    /// <summary>The nodes behind one segment that is a parameter, in the order in which they are tried.</summary>
    public List<(RouteConstraint Constraint, RouteNode Node)> Parameters { get; } = [];

    /// <summary>What answers when the path ends here.</summary>
    public List<RouteEntry> Here { get; } = [];

    /// <summary>What answers whatever follows.</summary>
    public List<RouteEntry> Below { get; } = [];

    public RouteNode? Literal(ReadOnlySpan<char> segment) =>
        _literals.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(segment, out var node) ? node : null;

    /// <exception cref="ArgumentException">Another entry answers the same.</exception>
    public void Add(RouteEntry entry)
    {
        var node = this;
        var segments = entry.Template.Segments;
        foreach (var segment in segments)
        {
            if (!segment.IsCatchAll)
                node = node.Child(segment);
        }

        var entries = segments is [.., { IsCatchAll: true }] ? node.Below : node.Here;
        if (entries.Find(x => x.Method == entry.Method) is { } other)
            throw RoutingErrors.Twice(entry.Method ?? "any method", entry.Template.Text, other.Template.Text);
        entries.Add(entry);
    }

    /// <summary>The entry for a method: its own, for HEAD also GET's, else the one for all.</summary>
    public static RouteEntry? For(string method, List<RouteEntry> entries)
    {
        RouteEntry? any = null;
        RouteEntry? get = null;
        foreach (var entry in entries)
        {
            if (entry.Method == method)
                return entry;
            if (entry.Method is null)
                any = entry;
            else if (entry.Method == HttpMethods.Get)
                get = entry;
        }

        return method == HttpMethods.Head ? get ?? any : any;
    }

    private RouteNode Child(RouteSegment segment)
    {
        if (!segment.IsParameter)
        {
            if (!_literals.TryGetValue(segment.Text, out var literal))
                _literals.Add(segment.Text, literal = new RouteNode());
            return literal;
        }

        var index = Parameters.FindIndex(x => x.Constraint == segment.Constraint);
        if (index >= 0)
            return Parameters[index].Node;
        var node = new RouteNode();
        var place = Parameters.FindIndex(x => x.Constraint > segment.Constraint);
        Parameters.Insert(place < 0 ? Parameters.Count : place, (segment.Constraint, node));
        return node;
    }
}
