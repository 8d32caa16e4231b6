using System.Net.Sockets;
using System.Runtime.InteropServices;
using Aleph.Actors.Bytes;

namespace Aleph.Actors.Transports.Sockets;

/// <summary>sendfile(2) of Linux: from the page cache to the socket without a copy in this process.</summary>
internal static class SendFile
{
    private const int CallLimit = 256 * 1024;
    private const int Interrupted = 4;
    private const int WouldBlock = 11;
    private const int InvalidArgument = 22;
    private const int BrokenPipe = 32;
    private const int NotImplemented = 38;
    private const int NotSupported = 95;
    private const int ConnectionReset = 104;
    private const int TimedOut = 110;

    /// <summary>Whether it can be called: its offset has the size of a pointer.</summary>
    public static bool IsSupported { get; } = OperatingSystem.IsLinux() && Environment.Is64BitProcess;

    /// <summary>
    /// Sends some of a file. Where the file's system has no such call, <see cref="FileSlice.IsUnsendable"/> is set;
    /// where the file is at fault, <see cref="FileSlice.Fault"/>.
    /// </summary>
    public static SocketError Send(Socket socket, FileSlice file, out int sent)
    {
        sent = 0;
        nint count;
        int error;
        do
        {
            var offset = file.Offset;
            count = SendFileCore(
                socket.SafeHandle, file.File, ref offset, (nint)Math.Min(CallLimit, file.Remaining));
            error = count < 0 ? Marshal.GetLastPInvokeError() : 0;
        }
        while (error == Interrupted);
        if (count > 0)
        {
            sent = (int)count;
            return SocketError.Success;
        }

        if (count == 0)
            file.HasBecomeShorter();
        return count == 0 ? SocketError.SocketError : ToError(file, error);
    }

    private static SocketError ToError(FileSlice file, int error)
    {
        switch (error)
        {
            case WouldBlock:
                return SocketError.WouldBlock;
            case BrokenPipe:
            case ConnectionReset:
                return SocketError.ConnectionReset;
            case TimedOut:
                return SocketError.TimedOut;
            case InvalidArgument:
            case NotImplemented:
            case NotSupported:
                file.IsUnsendable = true;
                return SocketError.OperationNotSupported;
            default:
                file.Fault = $"A file cannot be sent: {Marshal.GetPInvokeErrorMessage(error)}";
                return SocketError.SocketError;
        }
    }

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [DllImport("libc", EntryPoint = "sendfile", SetLastError = true)]
    private static extern nint SendFileCore(SafeHandle socket, SafeHandle file, ref long offset, nint count);
}
