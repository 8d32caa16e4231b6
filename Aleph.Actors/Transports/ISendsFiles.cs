namespace Aleph.Actors.Transports;

/// <summary>
/// What a transport can besides: files in its output leave without passing through memory. One that lacks this sends
/// them, too, but reads each piece on the turn.
/// </summary>
internal interface ISendsFiles
{
    /// <summary>Whether it does, with its settings and on this system.</summary>
    bool SendsFiles { get; }
}
