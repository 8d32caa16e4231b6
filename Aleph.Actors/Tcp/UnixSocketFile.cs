using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Aleph.Actors.Tcp;

/// <summary>
/// The file by which a Unix domain socket is found. The runtime removes it when the socket that is bound to it is
/// disposed; what is left by a process that was killed is removed here, before the next one binds.
/// </summary>
internal static class UnixSocketFile
{
    private const int FamilySize = 2;
    private const int AtWorkingDirectory = -100;
    private const int DoNotFollowLink = 0x100;
    private const uint WantType = 0x1;
    private const int ModeOffset = 28;
    private const int TypeMask = 0xF000;
    private const int TypeOfSocket = 0xC000;

    /// <summary>The path; null for what has no file: other addresses, and names in Linux's abstract space.</summary>
    public static string? PathOf(EndPoint endPoint)
    {
        if (endPoint is not UnixDomainSocketEndPoint)
            return null;
        var address = endPoint.Serialize();
        return address.Size <= FamilySize || address[FamilySize] == 0 ? null : endPoint.ToString();
    }

    /// <summary>Binds, in place of a file to which nobody listens any more, and sets who may connect.</summary>
    /// <exception cref="SocketException">Somebody listens there, or the system refused.</exception>
    public static void Bind(Socket socket, EndPoint endPoint, UnixFileMode? mode)
    {
        if (PathOf(endPoint) is not { } path)
        {
            socket.Bind(endPoint);
            return;
        }

        if (IsLeftOver(path, endPoint))
            Remove(path);
        try
        {
            socket.Bind(endPoint);
        }
        catch (SocketException e)
        {
            throw new SocketException((int)e.SocketErrorCode, LogText.Of(FaultOf(path, e)));
        }

        // Nobody can connect before the socket listens, so nobody does under the mode that it was made with.
        if (mode is { } wanted && !OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, wanted);
    }

    // In a folder of others the file cannot be removed, though it would be of no use to anybody.
    private static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (UnauthorizedAccessException)
        {
            throw new SocketException((int)SocketError.AccessDenied, LogText.Of(
                $"{path} is the socket of a server that has ended, and this process may not remove it; it needs the "
                + "permission to write to the folder, or another path"));
        }
    }

    // The system says the same of several faults, and of a missing folder that an address is not available.
    private static string FaultOf(string path, SocketException cause)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? path;
        var name = Path.GetFileName(path);
        if (Directory.Exists(path))
            return $"{path} is a folder; the path of a socket must end in the name of a file";
        if (cause.SocketErrorCode is SocketError.AddressAlreadyInUse)
        {
            return OperatingSystem.IsLinux() && !IsSocket(path)
                ? $"{path} is there and is no socket; the path must be free, or that of a server that has ended"
                : $"another server listens at {path}; the path must be free, or that of a server that has ended";
        }

        if (cause.SocketErrorCode is SocketError.AccessDenied)
        {
            return $"this process may not make {name} in the folder {folder}; it needs the permission to write to that "
                + "folder and to pass those above it";
        }

        return Directory.Exists(folder)
            ? $"{name} cannot be made in the folder {folder}: {cause.Message}"
            : $"there is no folder {folder} to make {name} in; it must exist before";
    }

    private static bool IsLeftOver(string path, EndPoint endPoint)
    {
        if (!IsSocket(path))
            return false;
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            // A full backlog must not hold this up.
            probe.Blocking = false;
            probe.Connect(endPoint);
            return false;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode == SocketError.ConnectionRefused;
        }
    }

    // Connecting to a file that is no socket is refused, too, and such a file is nobody's to remove. The layout of
    // statx is the same on every architecture; elsewhere than on Linux the system's answer to Bind stands.
    private static bool IsSocket(string path)
    {
        if (!OperatingSystem.IsLinux())
            return false;
        try
        {
            var status = new byte[256];
            var name = Encoding.UTF8.GetBytes(path + '\0');
            return StatX(AtWorkingDirectory, name, DoNotFollowLink, WantType, status) == 0
                && (BitConverter.ToUInt16(status, ModeOffset) & TypeMask) == TypeOfSocket;
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
    }

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [DllImport("libc", EntryPoint = "statx")]
    private static extern int StatX(int directory, byte[] path, int flags, uint mask, byte[] status);
}
