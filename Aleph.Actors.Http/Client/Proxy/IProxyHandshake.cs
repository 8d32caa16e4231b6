namespace Aleph.Actors.Http.Client.Proxy;

/// <summary>
/// What one kind of proxy wants before it lets bytes through. Without IO: octets in, octets out. Disposed when it is
/// over.
/// </summary>
internal interface IProxyHandshake : IDisposable
{
    /// <summary>What must be found out next, off the turn, since it may block; null for nothing.</summary>
    Func<string?>? Question => null;

    /// <summary>Writes what comes first.</summary>
    void Begin(OutputBuffer output);

    /// <summary>Reads an answer, and writes what comes next. True when the way is open.</summary>
    bool Receive(ReadOnlySpan<byte> data, OutputBuffer output, out int consumed, out Exception? fault);

    /// <summary>The <see cref="Question"/> was answered: writes what comes next, or says what is wrong.</summary>
    Exception? Answered(string? answer, OutputBuffer output) => null;

    void IDisposable.Dispose()
    {
    }
}
