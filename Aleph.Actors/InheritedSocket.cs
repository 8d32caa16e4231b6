using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Akka.Configuration;

namespace Aleph.Actors;

/// <summary>
/// A listening socket that this process inherited from the one that started it: a predecessor that hands over, or a
/// service manager (socket activation). A server accepts on it and never closes it. Immutable. Linux and macOS.
/// </summary>
/// <example>
/// The predecessor shares the socket that it listens on, starts the successor with the number, and drains once the
/// successor accepts. In between both accept, so that no connection is refused.
/// <code>
/// var number = InheritedSocket.Share(listening);
/// var settings = TcpSettings.Default with { InheritedSocket = InheritedSocket.Descriptor(number) };
/// </code>
/// </example>
public sealed record InheritedSocket
{
    private const int FirstActivated = 3;
    private const string Activation = "systemd";

    // One for each descriptor and process: the runtime cannot poll the same one for two sockets.
    private static readonly Dictionary<int, (Socket Socket, string? Identity)> Opened = [];

    private InheritedSocket(int? number, string? name) => (Number, Name) = (number, name);

    /// <summary>The descriptor; null where the environment names it.</summary>
    public int? Number { get; }

    /// <summary>Which of the sockets of the environment; null for the first.</summary>
    public string? Name { get; }

    /// <summary>The socket of a descriptor, which whoever started this process has told it.</summary>
    /// <param name="number">At least 3: those before are standard input, output and error.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is less.</exception>
    public static InheritedSocket Descriptor(int number)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, FirstActivated);
        return new(number, null);
    }

    /// <summary>
    /// A socket that a service manager passes by the variables LISTEN_FDS, LISTEN_PID and LISTEN_FDNAMES
    /// (sd_listen_fds of systemd).
    /// </summary>
    /// <param name="name">One of LISTEN_FDNAMES; null for the first socket.</param>
    public static InheritedSocket Activated(string? name = null) => new(null, name);

    /// <summary>
    /// Has processes that are started from now on inherit a socket, and answers the number of its descriptor there.
    /// The socket itself stays with its owner, who keeps it open.
    /// </summary>
    /// <exception cref="PlatformNotSupportedException">On Windows.</exception>
    /// <exception cref="SocketException">The system refuses.</exception>
    public static int Share(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        var number = (int)socket.Handle;
        CloseOnExec.Set(number, isOn: false);
        return number;
    }

    /// <summary>
    /// Has processes that are started from now on inherit this socket, too, and answers the number of its descriptor.
    /// </summary>
    /// <inheritdoc cref="Share(Socket)" path="/exception"/>
    public int Share() => Share(Open());

    /// <summary>As in HOCON.</summary>
    public override string ToString() =>
        Number?.ToString(CultureInfo.InvariantCulture) ?? (Name is null ? Activation : $"{Activation}:{Name}");

    /// <summary>Reads what <see cref="ToString"/> writes; null for nothing.</summary>
    internal static InheritedSocket? Parse(string? text) => text switch
    {
        null or "" => null,
        Activation => Activated(),
        _ when text.StartsWith(Activation + ":", StringComparison.Ordinal) =>
            Activated(text[(Activation.Length + 1)..]),
        _ when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= FirstActivated => Descriptor(number),
        _ => throw new ConfigurationException(
            $"aleph.tcp.inherited-socket is {text}; it must be a descriptor of at least {FirstActivated}, systemd, " +
            "systemd:NAME, or empty"),
    };

    /// <summary>The descriptor, by the environment where it is not known.</summary>
    /// <exception cref="InvalidOperationException">The environment passes no such socket to this process.</exception>
    internal int Find(Func<string, string?> environment, int processId)
    {
        if (Number is { } known)
            return known;
        var (count, owner) = (Whole(environment("LISTEN_FDS")), Whole(environment("LISTEN_PID")));
        if (count is null or 0 || owner != processId)
        {
            throw new InvalidOperationException(
                $"No socket was passed to this process: LISTEN_FDS is {count}, LISTEN_PID is {owner}, and this is " +
                $"process {processId}.");
        }

        if (Name is null)
            return FirstActivated;
        var index = Array.IndexOf((environment("LISTEN_FDNAMES") ?? "").Split(':'), Name);
        return index >= 0 && index < count
            ? FirstActivated + index
            : throw new InvalidOperationException($"No socket named {Name} was passed: see LISTEN_FDNAMES.");
    }

    /// <summary>The socket, whose disposal would not close it. The same for each call.</summary>
    /// <exception cref="SocketException">The descriptor is none of a socket.</exception>
    /// <exception cref="InvalidOperationException">The environment passes no such socket to this process.</exception>
    internal Socket Open()
    {
        var number = Find(Environment.GetEnvironmentVariable, Environment.ProcessId);
        lock (Opened)
        {
            // Once its owner has closed it, the number may be that of another.
            var identity = IdentityOf(number);
            if (!Opened.TryGetValue(number, out var known) || known.Identity != identity)
                Opened[number] = known = (Adopt(number), identity);
            return known.Socket;
        }
    }

    // Linux: "socket:[NUMBER]". Elsewhere null, and the first to have the number is taken for the only one.
    private static string? IdentityOf(int number) =>
        OperatingSystem.IsLinux() ? new FileInfo($"/proc/self/fd/{number}").LinkTarget : null;

    private static Socket Adopt(int number)
    {
        var socket = new Socket(new SafeSocketHandle(number, ownsHandle: false));

        // Whom else this process starts does not need it.
        CloseOnExec.Set(number, isOn: true);
        return socket;
    }

    private static int? Whole(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

/// <summary>The flag of a descriptor that keeps it from programs that are started.</summary>
internal static class CloseOnExec
{
    private static readonly (nuint On, nuint Off) Linux = (0x5451, 0x5450);
    private static readonly (nuint On, nuint Off) Mac = (0x20006601, 0x20006602);

    public static void Set(int descriptor, bool isOn)
    {
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException("Descriptors are not inherited by number on Windows.");
        var (on, off) = OperatingSystem.IsLinux() ? Linux : Mac;

        // Not fcntl: its third argument is passed in another way on some processors, as that of every such function.
        if (IoControl(descriptor, isOn ? on : off) != 0)
            throw new SocketException(Marshal.GetLastPInvokeError());
    }

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [DllImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static extern int IoControl(int descriptor, nuint request);
}
