using Akka.Event;

namespace Aleph.Actors;

/// <summary>
/// What a listener or client writes to the log of each connection's life and bytes: connecting, TLS, every byte both
/// ways in hexadecimal and as text, closing. The manual is <c>hocon/aleph.conf</c>, section <c>aleph.tcp.wire-log</c>.
/// </summary>
/// <remarks>Bytes are logged as they are, passwords and keys included: for finding faults, not for every day.</remarks>
public sealed record WireLogSettings
{
    /// <summary>The defaults: nothing.</summary>
    public static WireLogSettings Default { get; } = new();

    /// <summary>The level at which it is logged; null, the default, for nothing.</summary>
    public LogLevel? Level { get; init; }

    /// <summary>
    /// Of each piece of bytes at most so many are shown, 0 to 1 MiB; 0 shows events and counts alone. Default 1 KiB.
    /// </summary>
    public int MaxBytes { get; init; } = 1024;

    /// <summary>
    /// Whether the bytes are those on the wire, before TLS decrypts them, instead of those that the protocol sees.
    /// Default false.
    /// </summary>
    public bool Encrypted { get; init; }

    internal void Validate(SettingsFaults faults) => faults.Between("wire-log.max-bytes", MaxBytes, 0, 1 << 20);
}
