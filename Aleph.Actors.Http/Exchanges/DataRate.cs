namespace Aleph.Actors.Http.Exchanges;

/// <summary>
/// Watches that bytes flow at a minimum average rate while somebody waits for them; time in which nobody waits does not
/// count. Times are timestamps of one <see cref="TimeProvider"/>.
/// </summary>
/// <param name="bytesPerSecond">The minimum, above 0; null for none.</param>
/// <param name="grace">The waiting time, in ticks of the clock, before the rate is looked at.</param>
/// <param name="frequency">Ticks a second.</param>
internal struct DataRate(double? bytesPerSecond, long grace, long frequency)
{
    private long _waitingSince = -1;
    private long _waited;
    private long _bytes;

    /// <summary>Somebody waits from now on. No effect when somebody does already.</summary>
    public void Wait(long now)
    {
        if (_waitingSince < 0)
            _waitingSince = now;
    }

    /// <summary>Nobody waits any more. No effect when nobody does.</summary>
    public void Rest(long now)
    {
        if (_waitingSince >= 0)
            _waited += now - _waitingSince;
        _waitingSince = -1;
    }

    /// <summary>Bytes have flowed.</summary>
    public void Add(long bytes) => _bytes += bytes;

    /// <summary>Begins anew: nothing waited, nothing flowed.</summary>
    public void Reset() => (_waitingSince, _waited, _bytes) = (-1, 0, 0);

    /// <summary>When the rate will be missed if nothing flows until then.</summary>
    public readonly long Deadline => bytesPerSecond is { } rate && _waitingSince >= 0
        ? _waitingSince - _waited + Math.Max(grace, (long)(_bytes / rate * frequency))
        : long.MaxValue;
}
