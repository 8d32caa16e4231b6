namespace Aleph.Actors;

/// <summary>
/// The slice of settings that every connection carries; built once by its server or client and shared.
/// </summary>
public sealed record ConnectionSettings
{
    /// <summary>The defaults.</summary>
    public static ConnectionSettings Default { get; } = new();

    /// <summary>From this many unsent bytes on a protocol stops producing. Default 64 KiB.</summary>
    public int OutputHighMark { get; init; } = 64 * 1024;

    /// <summary>The size of a receive buffer while a connection is quiet, in bytes. Default 2 KiB.</summary>
    public int MinReceiveBuffer { get; init; } = 2 * 1024;

    /// <summary>
    /// The size to which a receive buffer grows on bulk, and the most that a transport keeps unconsumed, in bytes.
    /// Default 64 KiB.
    /// </summary>
    public int MaxReceiveBuffer { get; init; } = 64 * 1024;

    /// <summary>
    /// How long a closing connection waits for its peer to take more of what is buffered, before it is reset; where the
    /// transport cannot tell, how long sending it may take. 0 to 1 day. Default 10 s.
    /// </summary>
    public TimeSpan LingerTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether socket completions run on the thread that polls the sockets. Default false.</summary>
    public bool InlineCompletions { get; init; }
}
