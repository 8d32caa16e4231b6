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
        var path = PathOf(endPoint);
        if (path is not null && IsLeftOver(path, endPoint))
            File.Delete(path);
        socket.Bind(endPoint);

        // Nobody can connect before the socket listens, so nobody does under the mode that it was made with.
        if (path is not null && mode is { } wanted && !OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, wanted);
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
