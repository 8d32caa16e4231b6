using System.Net.Sockets;

namespace Aleph.Actors;

/// <summary>
/// The options of every connection's socket. They are set before a client connects and when a server has accepted;
/// the buffers of a server's connections on its listening socket, so that the window which TCP offers is theirs (RFC
/// 7323, section 2). Options of TCP are passed over on Unix domain sockets.
/// </summary>
public sealed record SocketSettings
{
    /// <summary>The defaults.</summary>
    public static SocketSettings Default { get; } = new();

    /// <summary>
    /// Whether small segments leave at once instead of waiting for acknowledgement of those before (TCP_NODELAY).
    /// Output of one turn is sent together in any case. Default true.
    /// </summary>
    public bool NoDelay { get; init; } = true;

    /// <summary>Whether TCP asks a silent peer if it is still there (SO_KEEPALIVE). Default false.</summary>
    public bool KeepAlive { get; init; }

    /// <summary>
    /// How long a connection is silent before the first such question, 1 s to 32767 s in whole seconds; null, the
    /// default, for the system's choice, which may be hours. Needs <see cref="KeepAlive"/>.
    /// </summary>
    public TimeSpan? KeepAliveTime { get; init; }

    /// <summary>
    /// How long each answer is waited for before the next question, 1 s to 32767 s in whole seconds; null, the default,
    /// for the system's choice. Needs <see cref="KeepAlive"/>.
    /// </summary>
    public TimeSpan? KeepAliveInterval { get; init; }

    /// <summary>
    /// After how many unanswered questions the connection fails, 1 to 127; null, the default, for the system's choice.
    /// Needs <see cref="KeepAlive"/>.
    /// </summary>
    public int? KeepAliveCount { get; init; }

    /// <summary>
    /// How much the kernel keeps until it is read (SO_RCVBUF), 256 bytes to 1 GiB, of which it may take less; null, the
    /// default, for its own choice, which grows with the connection's pace.
    /// </summary>
    public int? ReceiveBuffer { get; init; }

    /// <summary>How much the kernel keeps until it is sent (SO_SNDBUF), as <see cref="ReceiveBuffer"/>.</summary>
    public int? SendBuffer { get; init; }

    /// <summary>Sets what has to be known before a connection begins.</summary>
    /// <exception cref="SocketException">The system refused a value.</exception>
    internal void ApplyBuffers(Socket socket)
    {
        if (ReceiveBuffer is { } receive)
            socket.ReceiveBufferSize = receive;
        if (SendBuffer is { } send)
            socket.SendBufferSize = send;
    }

    /// <summary>Sets all that is not as the system has it.</summary>
    /// <exception cref="SocketException">The system refused a value.</exception>
    internal void Apply(Socket socket)
    {
        ApplyBuffers(socket);
        if (socket.ProtocolType != ProtocolType.Tcp)
            return;
        if (NoDelay)
            socket.NoDelay = true;
        if (!KeepAlive)
            return;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        Set(socket, SocketOptionName.TcpKeepAliveTime, Seconds(KeepAliveTime));
        Set(socket, SocketOptionName.TcpKeepAliveInterval, Seconds(KeepAliveInterval));
        Set(socket, SocketOptionName.TcpKeepAliveRetryCount, KeepAliveCount);
    }

    /// <summary>Adds what is wrong with <paramref name="settings"/>, as keys below <c>connection.socket</c>.</summary>
    internal static void Validate(SocketSettings? settings, SettingsFaults faults)
    {
        if (settings is not { } s)
        {
            faults.Add("connection.socket", null, "it must be set");
            return;
        }

        ValidateTime(faults, "connection.socket.keep-alive-time", s.KeepAliveTime);
        ValidateTime(faults, "connection.socket.keep-alive-interval", s.KeepAliveInterval);
        if (s.KeepAliveCount is { } count)
            faults.Between("connection.socket.keep-alive-count", count, 1, 127);
        if (!s.KeepAlive && (s.KeepAliveTime ?? s.KeepAliveInterval) is not null)
            faults.Add("connection.socket.keep-alive", "off", "it must be on where its time or interval is set");
        if (!s.KeepAlive && s.KeepAliveCount is not null)
            faults.Add("connection.socket.keep-alive", "off", "it must be on where its count is set");
        if (s.ReceiveBuffer is { } receive)
            faults.Between("connection.socket.receive-buffer", receive, 256, 1 << 30);
        if (s.SendBuffer is { } send)
            faults.Between("connection.socket.send-buffer", send, 256, 1 << 30);
    }

    private static void ValidateTime(SettingsFaults faults, string key, TimeSpan? time)
    {
        if (time is not { } value)
            return;
        faults.Between(key, value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(short.MaxValue));
        if (value.Ticks % TimeSpan.TicksPerSecond != 0)
            faults.Add(key, value, "it must be in whole seconds");
    }

    private static int? Seconds(TimeSpan? time) => (int?)time?.TotalSeconds;

    private static void Set(Socket socket, SocketOptionName name, int? value)
    {
        if (value is { } known)
            socket.SetSocketOption(SocketOptionLevel.Tcp, name, known);
    }
}
