using System.Net.Sockets;

namespace Aleph.Actors.Transports.Sockets;

/// <summary>One attempt to send what is at the front of an output buffer, bytes or a file, on a socket that does not
/// block.</summary>
internal static class SocketOutput
{
    // So that progress is visible to those who watch for it.
    private const int SendLimit = 64 * 1024;

    /// <summary>Sends some of it; the caller consumes what was sent.</summary>
    public static SocketError Send(Socket socket, OutputBuffer output, out int sent)
    {
        if (output.FileAtFront is { } file && SendFile.IsSupported && !file.IsUnsendable)
        {
            var result = SendFile.Send(socket, file, out sent);
            if (!file.IsUnsendable)
                return result;
        }

        var memory = Peek(output);
        sent = socket.Send(memory.Span, SocketFlags.None, out var error);
        return memory.IsEmpty ? SocketError.SocketError : error;
    }

    /// <summary>What an operation that waits for room sends; empty where a file cannot be read.</summary>
    public static ReadOnlyMemory<byte> Peek(OutputBuffer output) => output.Peek(SendLimit);
}
