namespace Aleph.Actors;

/// <summary>
/// Gathers what is wrong with a settings record, one sentence a fault, so that all can be reported at once.
/// </summary>
internal sealed class SettingsFaults(string prefix)
{
    private readonly List<string> _faults = [];

    /// <summary>The faults so far, in the order of the checks.</summary>
    public IReadOnlyList<string> All => _faults;

    /// <summary>Throws one exception that names every fault, if there is any.</summary>
    public static void ThrowIfAny(IReadOnlyList<string> faults)
    {
        if (faults.Count > 0)
            throw new ArgumentException(string.Join(Environment.NewLine, faults));
    }

    public void Between(string key, long value, long min, long max)
    {
        if (value < min || value > max)
            _faults.Add($"{prefix}.{key} is {value}; it must be between {min} and {max}");
    }

    public void Between(string key, TimeSpan value, TimeSpan min, TimeSpan max)
    {
        if (value < min || value > max)
            _faults.Add($"{prefix}.{key} is {Text(value)}; it must be between {Text(min)} and {Text(max)}");
    }

    public void AtLeast(string key, long? value, long min)
    {
        if (value < min)
            _faults.Add($"{prefix}.{key} is {value}; it must be at least {min}, or infinite");
    }

    /// <summary>A fault that is not of one range.</summary>
    public void Add(string key, object? value, string rule) =>
        _faults.Add($"{prefix}.{key} is {Text(value)}; {rule}");

    /// <summary>Faults of a nested record.</summary>
    public void AddRange(IEnumerable<string> faults) => _faults.AddRange(faults);

    private static string Text(object? value) => value switch
    {
        null => "null",
        TimeSpan time => Text(time),
        IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        _ => LogText.Of(value.ToString()),
    };

    private static string Text(TimeSpan value) => value switch
    {
        _ when value == Timeout.InfiniteTimeSpan => "infinite",
        _ when value.Ticks % TimeSpan.TicksPerDay == 0 && value != TimeSpan.Zero => Number(value.TotalDays) + "d",
        _ when value.Ticks % TimeSpan.TicksPerMinute == 0 && value != TimeSpan.Zero => Number(value.TotalMinutes) + "m",
        _ when value.Ticks % TimeSpan.TicksPerSecond == 0 => Number(value.TotalSeconds) + "s",
        _ => Number(value.TotalMilliseconds) + "ms",
    };

    private static string Number(double value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
