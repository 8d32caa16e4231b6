namespace Aleph.Actors.Http.Http1;

/// <summary>
/// What a line codec answers. Its verdict depends on no octet after the one that decides it, so every cut of the input
/// gives the same.
/// </summary>
internal enum LineResult
{
    /// <summary>The line is not complete; nothing is consumed.</summary>
    NeedMore,

    /// <summary>A line was read.</summary>
    Item,

    /// <summary>The line is wrong or too long.</summary>
    Error,
}
