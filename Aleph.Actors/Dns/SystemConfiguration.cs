namespace Aleph.Actors.Dns;

/// <summary>What the system is configured with, read again when it has changed. Any thread.</summary>
internal sealed class SystemConfiguration(string path, TimeProvider time, Action<Exception> onError)
{
    // Interfaces tell no version; asking them takes milliseconds.
    private static readonly TimeSpan InterfacesAge = TimeSpan.FromSeconds(10);

    private readonly WatchedFile<ResolvConf> _file = new(path, ResolvConf.Parse, onError);
    private volatile Tuple<long, ResolvConf>? _interfaces;

    public ValueTask<ResolvConf> GetAsync(CancellationToken cancellation) => OperatingSystem.IsWindows()
        ? ValueTask.FromResult(OfInterfaces())
        : _file.GetAsync(cancellation);

    private ResolvConf OfInterfaces()
    {
        if (_interfaces is { } known && time.GetElapsedTime(known.Item1) < InterfacesAge)
            return known.Item2;
        var read = ResolvConf.OfInterfaces();
        _interfaces = Tuple.Create(time.GetTimestamp(), read);
        return read;
    }
}
