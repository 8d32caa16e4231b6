namespace Aleph.Actors.Http;

/// <summary>A request as it was sent, secrets included: for debugging, not for logs.</summary>
/// <param name="Head">The bytes of its head, one character each, with the empty line.</param>
/// <param name="Body">Its body, before chunking; empty where it was a stream.</param>
public sealed record SentRequest(string Head, ReadOnlyMemory<byte> Body)
{
    /// <summary>The length of the head, not the head: this is no log entry by accident.</summary>
    public override string ToString() => $"{Head.Length} + {Body.Length} bytes";
}
