namespace Aleph.Actors.Http.Server;

/// <summary>What comes next on the reading side of a connection.</summary>
internal enum IntakeState
{
    /// <summary>A request's head.</summary>
    Requests,

    /// <summary>The content of a request whose handler runs.</summary>
    Body,

    /// <summary>The rest of a content that nobody wants: thrown away.</summary>
    SkippedBody,

    /// <summary>Nothing is read any more.</summary>
    Finished,
}
