namespace Aleph.Actors.Http;

/// <summary>
/// Reading a message failed because of its sender: it broke the protocol, passed a limit, was too slow, or left. A
/// handler that lets it pass answers with the error's status.
/// </summary>
public sealed class HttpMessageException : IOException
{
    /// <summary>Makes one.</summary>
    /// <param name="error">What the peer did.</param>
    public HttpMessageException(ProtocolError error)
        : base(error?.Summary)
    {
        ArgumentNullException.ThrowIfNull(error);
        Error = error;
    }

    /// <summary>What the peer did.</summary>
    public ProtocolError Error { get; }
}
