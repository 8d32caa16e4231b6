using System.Net;
using System.Net.Sockets;
using Akka.Configuration;
using Aleph.Actors.Tcp;

namespace Aleph.Actors;

/// <summary>
/// How a TCP server listens, limits and ends. The manual of every key is <c>hocon/aleph.conf</c>, section
/// <c>aleph.tcp</c>; the defaults here are the same. Immutable: change with <c>with</c>.
/// </summary>
public sealed record TcpSettings
{
    private const UnixFileMode AllPermissions = (UnixFileMode)0x1FF;

    private static readonly TimeSpan MinDelay = TimeSpan.FromMilliseconds(10);

    /// <summary>The defaults.</summary>
    public static TcpSettings Default { get; } = new();

    /// <summary>What carries the bytes. Default sockets of our own.</summary>
    public TcpTransport Transport { get; init; }

    /// <summary>
    /// Where to listen: an <see cref="IPEndPoint"/> (port 0 lets the system choose) or a <see
    /// cref="UnixDomainSocketEndPoint"/>. Default: IPv4 loopback, port 0. Ignored when <see cref="Socket"/> is set.
    /// </summary>
    public EndPoint EndPoint { get; init; } = new IPEndPoint(IPAddress.Loopback, 0);

    /// <summary>
    /// A socket that is already bound (socket activation, hand-over between processes), or null. The server listens and
    /// accepts on it, and stops accepting when it ends, but never closes it: it stays its owner's. Needs one listener.
    /// </summary>
    public Socket? Socket { get; init; }

    /// <summary>
    /// A listening socket that another process made and that this one inherited (hand-over, socket activation), or
    /// null. Like <see cref="Socket"/>, it is never closed. Needs one listener. Default null.
    /// </summary>
    public InheritedSocket? InheritedSocket { get; init; }

    /// <summary>How many connections the kernel keeps waiting, 1 to 65535. Default 1024.</summary>
    public int Backlog { get; init; } = 1024;

    /// <summary>How many connections may be open at a time, at least 1; null (the default) means no limit.</summary>
    public int? MaxConnections { get; init; }

    /// <summary>Whether listening on <see cref="IPAddress.IPv6Any"/> also takes IPv4. Default true.</summary>
    public bool DualMode { get; init; } = true;

    /// <summary>
    /// Whether other sockets may listen on the same port (SO_REUSEPORT; not on Windows). Default false.
    /// </summary>
    public bool ReusePort { get; init; }

    /// <summary>
    /// Who may connect to a Unix domain socket: the permissions of its file, set before it listens. Null, the default,
    /// leaves them to the process's umask. Ignored for other addresses, and on Windows.
    /// </summary>
    public UnixFileMode? UnixSocketMode { get; init; }

    /// <summary>
    /// How many sockets listen on the port, 1 to 64; more than one needs <see cref="ReusePort"/>. Default 1.
    /// </summary>
    public int Listeners { get; init; } = 1;

    /// <summary>How long accepting rests when descriptors or memory ran out, 10 ms to 1 min. Default 250 ms.</summary>
    public TimeSpan AcceptRetryDelay { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// How long a failed listener waits first before it listens again, 10 ms to 10 min. Default 100 ms.
    /// </summary>
    public TimeSpan RestartBackoffMin { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>To what that wait grows by doubling, up to 10 min. Default 10 s.</summary>
    public TimeSpan RestartBackoffMax { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long connections may take to finish when the server drains, 0 to 1 day. Default 30 s.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a server that is told to drain goes on accepting after its readiness has turned, so that whoever
    /// directs clients can notice: 0 to 10 min, of the drain's time. Default 0.
    /// </summary>
    public TimeSpan ReadinessDelay { get; init; }

    /// <summary>Told whether the server wants new connections; may be shared. Default null: nobody.</summary>
    public ServerReadiness? Readiness { get; init; }

    /// <summary>
    /// Whether the death of the handler of a <c>Tcp.Bind</c> resets the connections that were accepted for it, as stock
    /// Akka.IO does; otherwise it ends accepting only. Default false.
    /// </summary>
    public bool StopWithBindHandler { get; init; }

    /// <summary>
    /// Whether a <c>Tcp.Bind</c> in pull mode accepts only as many connections as <c>Tcp.ResumeAccepting</c> asks for;
    /// otherwise pull mode is about reading only, as with stock Akka.IO. Default false.
    /// </summary>
    public bool AcceptOnDemand { get; init; }

    /// <summary>Whether connections begin with a PROXY protocol header. Default not.</summary>
    public ProxyProtocolSettings ProxyProtocol { get; init; } = ProxyProtocolSettings.Default;

    /// <summary>What is logged of each connection's life and bytes. Default nothing.</summary>
    public WireLogSettings WireLog { get; init; } = WireLogSettings.Default;

    /// <summary>
    /// How long a connection of <see cref="TcpStreams"/> waits for its flow to be materialised before it is closed, 0
    /// to 1 day. Nothing is read before. Default 5 s.
    /// </summary>
    public TimeSpan UnhandledConnectionTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>What every connection carries.</summary>
    public ConnectionSettings Connection { get; init; } = ConnectionSettings.Default;

    /// <summary>How the connections do TLS; null, the default, for none.</summary>
    public TlsServerSettings? Tls { get; init; }

    /// <summary>The clock of the connections' deadlines. Default the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>
    /// Called with each listening socket before it is bound (with a pre-bound one: before it listens). An exception
    /// is a failure to bind. Must not block. Default null.
    /// </summary>
    public Action<Socket>? ConfigureListener { get; init; }

    /// <summary>
    /// Called with each accepted socket before its connection starts, on the listener's turn: must not block. An
    /// exception closes that socket and is logged; the listener goes on. Default null.
    /// </summary>
    public Action<Socket>? ConfigureConnection { get; init; }

    /// <summary>
    /// Makes a filter for the bytes on the wire, before TLS decrypts them; an answer of null means none for that
    /// connection. Called on the connection's first turn: must not block. Default null.
    /// </summary>
    public Func<ConnectionInfo, IByteFilter?>? FilterBeforeTls { get; init; }

    /// <summary>
    /// Makes a filter for the bytes that the protocol sees, after TLS; an answer of null means none for that
    /// connection. Called on the connection's first turn: must not block. Default null.
    /// </summary>
    public Func<ConnectionInfo, IByteFilter?>? FilterAfterTls { get; init; }

    /// <summary>Reads the section <c>aleph.tcp</c>, and the defaults where it is silent.</summary>
    /// <param name="config">A whole configuration, such as <c>system.Settings.Config</c>.</param>
    /// <exception cref="ConfigurationException">A value cannot be read.</exception>
    public static TcpSettings FromConfig(Config config) =>
        TcpSettingsReader.Read(CheckedConfig.Over(config, AlephConfig.Reference, "aleph.tcp", "aleph.io"));

    /// <summary>All that is wrong with these settings, one sentence each; empty when they are good.</summary>
    public IReadOnlyList<string> Validate()
    {
        var faults = new SettingsFaults("aleph.tcp");
        ValidateAddress(faults);
        faults.Between("backlog", Backlog, 1, 65535);
        faults.AtLeast("max-connections", MaxConnections, 1);
        faults.Between("listeners", Listeners, 1, 64);
        faults.Between("accept-retry-delay", AcceptRetryDelay, MinDelay, TimeSpan.FromMinutes(1));
        faults.Between("restart-backoff-min", RestartBackoffMin, MinDelay, TimeSpan.FromMinutes(10));
        faults.Between("restart-backoff-max", RestartBackoffMax, MinDelay, TimeSpan.FromMinutes(10));
        if (RestartBackoffMax < RestartBackoffMin)
            faults.Add("restart-backoff-max", RestartBackoffMax, "it must not be less than restart-backoff-min");
        faults.Between("drain-timeout", DrainTimeout, TimeSpan.Zero, TimeSpan.FromDays(1));
        faults.Between("readiness-delay", ReadinessDelay, TimeSpan.Zero, TimeSpan.FromMinutes(10));
        if (ProxyProtocol is null)
            faults.Add("proxy-protocol", null, "it must be set");
        ProxyProtocol?.Validate(faults);
        if (WireLog is null)
            faults.Add("wire-log", null, "it must be set");
        WireLog?.Validate(faults);
        faults.Between(
            "unhandled-connection-timeout", UnhandledConnectionTimeout, TimeSpan.Zero, TimeSpan.FromDays(1));
        ConnectionSettings.Validate(Connection, faults);
        AkkaIoFaults.Add(this, faults);
        faults.AddRange(Tls?.Validate() ?? []);
        if (Time is null)
            faults.Add("time", null, "it must be a clock");
        return faults.All;
    }

    /// <summary>These settings at another port of the same address.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such port.</exception>
    internal TcpSettings At(int port)
    {
        if (port is < 0 or > 65535)
            throw new ArgumentOutOfRangeException(nameof(port), port, $"The port is {port}; it must be 0 to 65535.");
        if (EndPoint is System.Net.Sockets.UnixDomainSocketEndPoint unix)
        {
            throw new ArgumentException(
                $"The settings say to listen on unix:{unix}, which has no port {port}; leave the port out.",
                nameof(port));
        }

        var address = EndPoint is IPEndPoint known ? known.Address : IPAddress.Loopback;
        return this with { EndPoint = new IPEndPoint(address, port) };
    }

    private void ValidateAddress(SettingsFaults faults)
    {
        if (Socket is not null && InheritedSocket is not null)
            faults.Add("inherited-socket", InheritedSocket, "a server has this or a handed-in socket, not both");
        if (Socket is null && InheritedSocket is null && EndPoint is not (IPEndPoint or UnixDomainSocketEndPoint))
            faults.Add("host", EndPoint, "it must be an IP address with a port, or a Unix domain socket");
        if (Socket is { IsBound: false })
            faults.Add("socket", "not bound", "a socket that is handed in must be bound");
        if (Listeners > 1 && !ReusePort)
            faults.Add("listeners", Listeners, "more than one needs reuse-port = on");
        var isHandedIn = Socket is not null || InheritedSocket is not null;
        if (Listeners > 1 && (isHandedIn || EndPoint is UnixDomainSocketEndPoint))
            faults.Add("listeners", Listeners, "a handed-in or Unix domain socket has one listener");
        if (UnixSocketMode is { } mode && (mode & ~AllPermissions) != 0)
            faults.Add("unix-socket-mode", Convert.ToString((int)mode, 8), "it must be permissions, 0 to 777 in octal");
        if (ReusePort && OperatingSystem.IsWindows())
            faults.Add("reuse-port", "on", "Windows has no such option");
    }
}
