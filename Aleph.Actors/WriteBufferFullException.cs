namespace Aleph.Actors;

/// <summary>
/// The cause of a <c>Tcp.CommandFailed</c> for a write that was refused because too many bytes wait already. Nothing of
/// that write was sent; <c>Tcp.ResumeWriting</c> tells when there is room again.
/// </summary>
public sealed class WriteBufferFullException : IOException
{
    /// <summary>Made by the library.</summary>
    /// <param name="limit">How many bytes may wait.</param>
    public WriteBufferFullException(int limit)
        : base($"The write is refused: with it more than {limit} bytes would wait to be sent.") => Limit = limit;

    /// <summary>How many bytes may wait: <see cref="ConnectionSettings.WriteBuffer"/>.</summary>
    public int Limit { get; }
}
