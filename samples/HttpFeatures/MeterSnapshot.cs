using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;

namespace HttpFeatures;

/// <summary>Sums of all instruments of one meter. A real application exports them with OpenTelemetry instead.</summary>
internal sealed class MeterSnapshot : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, (long Count, double Sum)> _values = new();

    public MeterSnapshot(string meter)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == meter)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => Add(instrument.Name, value));
        _listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => Add(instrument.Name, value));
        _listener.Start();
    }

    /// <summary>A line for each instrument: its name, how many measurements, their sum.</summary>
    public override string ToString() => string.Concat(_values.OrderBy(x => x.Key, StringComparer.Ordinal).Select(
        x => string.Create(CultureInfo.InvariantCulture, $"{x.Key} {x.Value.Count} {x.Value.Sum:0.###}\n")));

    public void Dispose() => _listener.Dispose();

    private void Add(string name, double value) =>
        _values.AddOrUpdate(name, _ => (1, value), (_, old) => (old.Count + 1, old.Sum + value));
}
