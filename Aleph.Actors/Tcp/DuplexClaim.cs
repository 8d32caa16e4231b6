namespace Aleph.Actors.Tcp;

/// <summary>
/// Who uses one direction of a <see cref="DuplexConnection"/>: the face that does so first. Two faces would take each
/// other's bytes. Any thread.
/// </summary>
/// <param name="use">What is done with the direction, as in "read".</param>
internal sealed class DuplexClaim(string use)
{
    public const string Pipe = "a pipe";
    public const string Stream = "a System.IO.Stream";
    public const string Messages = "messages";
    public const string Elements = "an Akka.Streams graph";

    private string? _face;

    /// <summary>The direction is used by <paramref name="face"/>, now and before.</summary>
    /// <exception cref="InvalidOperationException">Another face uses it.</exception>
    public void Take(string face)
    {
        if (Interlocked.CompareExchange(ref _face, face, null) is { } taken && taken != face)
            throw new InvalidOperationException($"The connection is {use} as {taken}; it cannot be {use} as {face}.");
    }

    /// <summary>The direction is used by <paramref name="face"/>, and was by none before.</summary>
    /// <exception cref="InvalidOperationException">A face uses it.</exception>
    public void TakeOnce(string face)
    {
        if (Interlocked.CompareExchange(ref _face, face, null) is { } taken)
            throw new InvalidOperationException($"The connection is {use} as {taken} already.");
    }

    /// <summary>The direction is not used by <paramref name="face"/>.</summary>
    /// <exception cref="InvalidOperationException">It is.</exception>
    public void Refuse(string face)
    {
        if (Volatile.Read(ref _face) == face)
            throw new InvalidOperationException($"The connection is {use} as {face}, which cannot wait for that.");
    }

    /// <summary>The next face that uses the direction is the one.</summary>
    public void Release() => Volatile.Write(ref _face, null);
}
