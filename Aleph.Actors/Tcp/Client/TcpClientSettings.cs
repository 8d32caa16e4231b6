using System.Net;
using System.Net.Sockets;
using Akka.Configuration;
using Aleph.Actors.Tcp;

namespace Aleph.Actors;

/// <summary>
/// How a TCP client connects. The manual of every key is <c>hocon/aleph.conf</c>, section <c>aleph.tcp.client</c>; the
/// defaults here are the same. Immutable: change with <c>with</c>.
/// </summary>
public sealed record TcpClientSettings
{
    /// <summary>The defaults.</summary>
    public static TcpClientSettings Default { get; } = new();

    /// <summary>
    /// What carries the bytes. <c>aleph.tcp.transport</c>, as of servers. Default sockets of our own.
    /// </summary>
    public TcpTransport Transport { get; init; }

    /// <summary>
    /// How long connecting may take in all, look-up of the name and TLS handshake included, above 0; null for no limit.
    /// Default 10 s.
    /// </summary>
    public TimeSpan? ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long one address of a name is waited for before the next is tried beside it (RFC 8305), 10 ms to 10 s.
    /// Default 250 ms.
    /// </summary>
    public TimeSpan AttemptDelay { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Who looks up names; null, the default, for <c>system.Aleph().Dns</c>.</summary>
    public IDnsResolver? Resolver { get; init; }

    /// <summary>The address to connect from, or null (the default) for the system's choice.</summary>
    public EndPoint? LocalEndPoint { get; init; }

    /// <summary>What is logged of each connection's life and bytes. Default nothing.</summary>
    public WireLogSettings WireLog { get; init; } = WireLogSettings.Default;

    /// <summary>What every connection carries. <c>aleph.tcp.connection</c>, as of servers.</summary>
    public ConnectionSettings Connection { get; init; } = ConnectionSettings.Default;

    /// <summary>How the connections do TLS; null, the default, for none.</summary>
    public TlsClientSettings? Tls { get; init; }

    /// <summary>The clock of the connections' deadlines. Default the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>
    /// Called with each socket before it connects, on any thread: must not block. An exception fails the attempt.
    /// Default null.
    /// </summary>
    public Action<Socket>? ConfigureSocket { get; init; }

    /// <summary>Called with each socket after it has connected, on any thread.</summary>
    internal Action<Socket>? ConfigureConnected { get; init; }

    /// <summary>Reads the section <c>aleph.tcp.client</c>, and the defaults where it is silent.</summary>
    /// <param name="config">A whole configuration, such as <c>system.Settings.Config</c>.</param>
    /// <exception cref="ConfigurationException">A value cannot be read.</exception>
    public static TcpClientSettings FromConfig(Config config) =>
        TcpSettingsReader.ReadClient(CheckedConfig.Over(config, AlephConfig.Reference, "aleph.tcp", "aleph.io"));

    /// <summary>All that is wrong with these settings, one sentence each; empty when they are good.</summary>
    public IReadOnlyList<string> Validate()
    {
        var faults = new SettingsFaults("aleph.tcp.client");
        if (ConnectTimeout <= TimeSpan.Zero)
            faults.Add("connect-timeout", ConnectTimeout, "it must be above 0s, or infinite");
        faults.Between("attempt-delay", AttemptDelay, TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(10));
        if (WireLog is null)
            faults.Add("wire-log", null, "it must be set");
        WireLog?.Validate(faults);
        ConnectionSettings.Validate(Connection, faults);
        AkkaIoFaults.Add(this, faults);
        faults.AddRange(Tls?.Validate() ?? []);
        if (Time is null)
            faults.Add("time", null, "it must be a clock");
        return faults.All;
    }
}
