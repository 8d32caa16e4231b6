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
    /// How many bytes may wait between a connection and the stream that it is joined with, in each direction: received
    /// bytes that the stream has not asked for, beyond which reading pauses (what one read brings comes on top), and
    /// elements that the connection has not taken, beyond which the stream is not asked for more (one element comes on
    /// top). 1 KiB to 1 GiB. Default 64 KiB.
    /// </summary>
    public int StreamWindow { get; init; } = 64 * 1024;

    /// <summary>
    /// How long a closing connection waits for its peer to take more of what is buffered, before it is reset; where the
    /// transport cannot tell, how long sending it may take. 0 to 1 day. Default 10 s.
    /// </summary>
    public TimeSpan LingerTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long neither side may send before the connection is closed, above 0; null, the default, for no limit. It
    /// holds beneath every protocol; those with limits of their own, such as HTTP, do not need it.
    /// </summary>
    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>
    /// How many unsent bytes of a handler actor's writes may wait, 1 KiB to 1 GiB. A write beyond is refused by
    /// <c>Tcp.CommandFailed</c>, unless nothing else waits. Default 16 MiB.
    /// </summary>
    public int WriteBuffer { get; init; } = 16 * 1024 * 1024;

    /// <summary>
    /// How many bytes a handler actor may have in its mailbox before reading rests, 4 KiB to 1 GiB; null for no limit.
    /// Kept to within a quarter and one receive buffer. Default 1 MiB.
    /// </summary>
    public int? UnreadLimit { get; init; } = 1024 * 1024;

    /// <summary>
    /// How long a connection waits for <c>Tcp.Register</c> before it is reset, above 0, up to 1 day. Default 5 s.
    /// </summary>
    public TimeSpan RegisterTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The options of every connection's socket.</summary>
    public SocketSettings SocketOptions { get; init; } = SocketSettings.Default;

    /// <summary>Whether socket completions run on the thread that polls the sockets. Default false.</summary>
    public bool InlineCompletions { get; init; }

    /// <summary>Adds what is wrong with <paramref name="settings"/>, as keys below <c>connection</c>.</summary>
    internal static void Validate(ConnectionSettings? settings, SettingsFaults faults)
    {
        if (settings is not { } c)
        {
            faults.Add("connection", null, "it must be set");
            return;
        }

        faults.Between("connection.output-high-mark", c.OutputHighMark, 1024, 1 << 30);
        faults.Between("connection.min-receive-buffer", c.MinReceiveBuffer, 256, 1 << 20);
        faults.Between(
            "connection.max-receive-buffer", c.MaxReceiveBuffer,
            Math.Clamp(c.MinReceiveBuffer, 256, 1 << 20), 16 << 20);
        faults.Between("connection.stream-window", c.StreamWindow, 1024, 1 << 30);
        faults.Between("connection.linger-timeout", c.LingerTimeout, TimeSpan.Zero, TimeSpan.FromDays(1));
        faults.Between("connection.write-buffer", c.WriteBuffer, 1024, 1 << 30);
        if (c.UnreadLimit is < 4096 or > 1 << 30)
            faults.Add("connection.unread-limit", c.UnreadLimit, "it must be between 4096 and 1073741824, or infinite");
        if (c.RegisterTimeout <= TimeSpan.Zero || c.RegisterTimeout > TimeSpan.FromDays(1))
            faults.Add("connection.register-timeout", c.RegisterTimeout, "it must be above 0s, up to 1d");
        if (c.IdleTimeout <= TimeSpan.Zero)
            faults.Add("connection.idle-timeout", c.IdleTimeout, "it must be above 0s, or infinite");
        SocketSettings.Validate(c.SocketOptions, faults);
    }
}
