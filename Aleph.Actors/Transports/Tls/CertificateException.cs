namespace Aleph.Actors;

/// <summary>
/// A certificate that settings name cannot be used: its file is missing or unreadable, its password is wrong, its key
/// does not belong to it. The message names it; it holds no secret.
/// </summary>
public sealed class CertificateException : IOException
{
    /// <summary>Made by the library.</summary>
    /// <param name="message">Which certificate, and why.</param>
    /// <param name="cause">What the runtime said, or null.</param>
    public CertificateException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
