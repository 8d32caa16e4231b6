using System.Diagnostics.Metrics;

namespace Showcase;

/// <summary>
/// The durations of the last requests, heard from the meter <c>http.server.request.duration</c>. Any thread.
/// </summary>
internal sealed class Latency : IDisposable
{
    // Streams that are meant to last are no latency.
    private static readonly string[] Lasting = ["/live", "/clock", "/chat"];

    private readonly MeterListener _listener = new();
    private readonly Lock _lock = new();
    private readonly double[] _last = new double[4096];
    private int _count;
    private int _next;

    public Latency()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "http.server.request.duration")
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((_, seconds, tags, _) => Add(seconds, tags));
        _listener.Start();
    }

    public void Dispose() => _listener.Dispose();

    /// <summary>
    /// The quantiles of all requests since the last call, in milliseconds; nulls where there was none.
    /// </summary>
    public LatencyView Take()
    {
        double[] sorted;
        lock (_lock)
        {
            sorted = _last[..Math.Min(_count, _last.Length)];
            _count = _next = 0;
        }

        Array.Sort(sorted);
        return new LatencyView(Quantile(sorted, 0.5), Quantile(sorted, 0.9), Quantile(sorted, 0.99));
    }

    private static double? Quantile(double[] sorted, double q) =>
        sorted.Length == 0 ? null : Math.Round(1000 * sorted[(int)(q * (sorted.Length - 1))], 3);

    private void Add(double seconds, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var (key, value) in tags)
        {
            if (key == "http.route" && Lasting.Contains(value))
                return;
        }

        lock (_lock)
        {
            _last[_next] = seconds;
            _next = (_next + 1) % _last.Length;
            _count++;
        }
    }
}
