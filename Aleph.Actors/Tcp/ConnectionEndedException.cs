namespace Aleph.Actors;

/// <summary>
/// The connection ended before both sides were done: what a stream, a pipe or a wait on it fails with.
/// </summary>
public sealed class ConnectionEndedException : IOException
{
    /// <summary>Made by the library.</summary>
    /// <param name="end">How it ended.</param>
    public ConnectionEndedException(ConnectionEnd end)
        : base(MessageOf(end), end?.Cause)
    {
        ArgumentNullException.ThrowIfNull(end);
        End = end;
    }

    /// <summary>How it ended.</summary>
    public ConnectionEnd End { get; }

    /// <summary>
    /// The class of end; <see cref="ConnectionEndReason.ConnectionReset"/> when the peer reset the connection.
    /// </summary>
    public ConnectionEndReason Reason => End.Reason;

    private static string MessageOf(ConnectionEnd? end) => end?.Detail is { } detail
        ? $"The connection has ended: {end.Reason}, {detail}"
        : $"The connection has ended: {end?.Reason}";
}
