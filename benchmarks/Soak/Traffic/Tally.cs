namespace Soak.Traffic;

/// <summary>What one kind of traffic came to. Any thread.</summary>
internal sealed class Tally(string name)
{
    private const int KeptFaults = 5;

    private readonly List<string> _faults = [];
    private long _done;
    private long _told;
    private long _cancelled;
    private long _lost;
    private long _wrong;

    public string Name => name;

    /// <summary>Answered, and the answer was right.</summary>
    public long Done => Volatile.Read(ref _done);

    /// <summary>Failed with an error that names a cause, at a server of which a fault was planned just then.</summary>
    public long Told => Volatile.Read(ref _told);

    /// <summary>Given up by the user in mid-exchange.</summary>
    public long Cancelled => Volatile.Read(ref _cancelled);

    /// <summary>Neither answered nor failed in time, or failed without a planned fault.</summary>
    public long Lost => Volatile.Read(ref _lost);

    /// <summary>Answered, and not a byte of it may differ, but it did.</summary>
    public long Wrong => Volatile.Read(ref _wrong);

    /// <summary>The first that were lost or wrong.</summary>
    public IReadOnlyList<string> Faults
    {
        get
        {
            lock (_faults)
                return [.. _faults];
        }
    }

    public void AddDone() => Interlocked.Increment(ref _done);

    public void AddTold() => Interlocked.Increment(ref _told);

    public void AddCancelled() => Interlocked.Increment(ref _cancelled);

    public void AddLost(string what) => AddFault(ref _lost, "lost: " + what);

    public void AddWrong(string what) => AddFault(ref _wrong, "wrong: " + what);

    private void AddFault(ref long count, string what)
    {
        Interlocked.Increment(ref count);
        Console.Error.WriteLine($"{DateTime.UtcNow:HH:mm:ss.fff} {name}: {what}");
        lock (_faults)
        {
            if (_faults.Count < KeptFaults)
                _faults.Add($"{DateTime.UtcNow:HH:mm:ss.fff} {what}");
        }
    }
}
