namespace Aleph.Actors.Dns;

/// <summary>
/// What a small text file says, read again when its time or length has changed. A file that cannot be read says
/// nothing. Any thread.
/// </summary>
internal sealed class WatchedFile<T>(string path, Func<string, T> parse, Action<Exception> onError)
    where T : class
{
    private volatile Version? _current;

    public async ValueTask<T> GetAsync(CancellationToken cancellation)
    {
        var file = new FileInfo(path);
        var (time, length) = file.Exists ? (file.LastWriteTimeUtc, file.Length) : (default, -1);
        if (_current is { } current && (current.Time, current.Length) == (time, length))
            return current.Value;
        var text = length < 0 ? "" : await ReadAsync(cancellation).ConfigureAwait(false);
        var read = new Version(time, length, parse(text));
        _current = read;
        return read.Value;
    }

    private async Task<string> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            return await File.ReadAllTextAsync(path, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            onError(e);
            return "";
        }
    }

    private sealed record Version(DateTime Time, long Length, T Value);
}
