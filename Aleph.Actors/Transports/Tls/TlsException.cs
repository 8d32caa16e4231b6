namespace Aleph.Actors;

/// <summary>
/// A TLS handshake failed. Clients find it as <see cref="Exception.InnerException"/> of a
/// <see cref="ConnectException"/> whose phase is <see cref="ConnectPhase.Handshake"/>, protocols as
/// <see cref="ConnectionEnd.Cause"/>.
/// </summary>
public sealed class TlsException : IOException
{
    /// <summary>Made by the library.</summary>
    /// <param name="failure">The class of failure.</param>
    /// <param name="message">What went wrong.</param>
    /// <param name="cause">Why, or null.</param>
    public TlsException(TlsFailure failure, string message, Exception? cause = null)
        : base(message, cause) => Failure = failure;

    /// <summary>The class of failure.</summary>
    public TlsFailure Failure { get; }
}
