namespace Aleph.Actors.Dns;

/// <summary>The names that are tried for one that somebody wrote, in order.</summary>
internal static class SearchList
{
    /// <param name="name">As it was written.</param>
    /// <param name="domains">The search domains.</param>
    /// <param name="ndots">With this many dots, the name itself is tried first.</param>
    public static IReadOnlyList<string> Candidates(HostName name, IReadOnlyList<string> domains, int ndots)
    {
        var bare = name.BareName;
        if (name.IsAbsolute)
            return [bare];
        var longer = domains
            .Select(x => $"{bare}.{HostName.Parse(x).BareName}")
            .Where(static x => x.Length <= HostName.MaxLength);
        var isFirst = bare.AsSpan().Count('.') >= ndots;
        return [.. (isFirst ? longer.Prepend(bare) : longer.Append(bare)).Distinct()];
    }
}
