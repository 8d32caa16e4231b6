namespace Aleph.Actors.Http.Http1;

/// <summary>
/// What a reader found. A message is Head, Data any number of times, End; a message without a body has no Data.
/// </summary>
internal enum Http1Event
{
    /// <summary>No event: give what was not consumed again, with more behind it.</summary>
    NeedMore,

    /// <summary>The head is complete.</summary>
    Head,

    /// <summary>Octets of the body.</summary>
    Data,

    /// <summary>The message is complete.</summary>
    End,

    /// <summary>The peer broke the protocol; nothing after this is read.</summary>
    Error,
}
