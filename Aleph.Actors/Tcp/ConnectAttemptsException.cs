using System.Net.Sockets;

namespace Aleph.Actors;

/// <summary>
/// None of the addresses of a host could be connected to. Its text names each address with its error; its error code
/// is that of the first address, which was the preferred one.
/// </summary>
public sealed class ConnectAttemptsException : SocketException
{
    private readonly string _text;

    /// <summary>Made by the library.</summary>
    /// <param name="attempts">Each address with its error, at least one, in the order in which they were tried.</param>
    public ConnectAttemptsException(IReadOnlyList<ConnectAttempt> attempts)
        : base((int)CodeOf(attempts))
    {
        Attempts = attempts;
        _text = "Cannot connect: " + string.Join("; ", attempts.Select(x => $"{x.EndPoint}: {x.Error.Message}"));
    }

    /// <summary>Each address with its error, in the order in which they were tried.</summary>
    public IReadOnlyList<ConnectAttempt> Attempts { get; }

    /// <inheritdoc/>
    public override string Message => _text;

    private static SocketError CodeOf(IReadOnlyList<ConnectAttempt> attempts)
    {
        ArgumentNullException.ThrowIfNull(attempts);
        return attempts.Select(x => x.Error).OfType<SocketException>().FirstOrDefault()?.SocketErrorCode
            ?? SocketError.SocketError;
    }
}
