namespace Aleph.Actors.Tests.Docs;

/// <summary>A section of a reference configuration: its comment, its keys and its sections, in their order.</summary>
/// <param name="Path">Full, as in "aleph.tcp.client".</param>
/// <param name="Comment">The comment before it; empty for none.</param>
internal sealed record HoconSection(string Path, string Comment)
{
    public List<HoconKeys> Keys { get; } = [];

    public List<HoconSection> Sections { get; } = [];

    /// <summary>Itself and all below it, each before those in it.</summary>
    public IEnumerable<HoconSection> All() => Sections.SelectMany(x => x.All()).Prepend(this);
}

/// <summary>Keys that stand together under one comment, with their defaults as they are written.</summary>
/// <param name="Comment">Empty where the section's comment says it all.</param>
internal sealed record HoconKeys(string Comment)
{
    public List<(string Path, string Default)> Keys { get; } = [];
}
