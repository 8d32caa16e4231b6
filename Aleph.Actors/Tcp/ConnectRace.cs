using System.Net;

namespace Aleph.Actors.Tcp;

/// <summary>
/// The decisions of one connect to several addresses (RFC 8305, section 5), without clock, socket or task: which
/// address is tried next, and whether anything is left to wait for. Its driver is <see cref="HappyEyeballs"/>.
/// </summary>
internal sealed class ConnectRace
{
    private readonly IPEndPoint[] _endPoints;
    private readonly Exception?[] _errors;
    private int _started;
    private int _failed;

    /// <param name="endPoints">At least one; the family of the first is the preferred one.</param>
    public ConnectRace(IReadOnlyList<IPEndPoint> endPoints)
    {
        if (endPoints.Count == 0)
            throw new ArgumentException("There is no address to connect to", nameof(endPoints));
        _endPoints = Interleave(endPoints);
        _errors = new Exception?[_endPoints.Length];
    }

    /// <summary>The addresses in the order in which they are tried.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints => _endPoints;

    /// <summary>Whether an address is left that was not tried.</summary>
    public bool HasNext => _started < _endPoints.Length;

    /// <summary>Whether every address was tried and failed.</summary>
    public bool IsLost => _failed == _endPoints.Length;

    /// <summary>Why each address failed; complete when the race is lost.</summary>
    public IReadOnlyList<ConnectAttempt> Attempts =>
    [
        .. _endPoints.Zip(_errors).Where(x => x.Second is not null)
            .Select(x => new ConnectAttempt(x.First, x.Second!)),
    ];

    /// <summary>
    /// The index of the address to try now: at the start, when the delay passed, when an attempt failed.
    /// </summary>
    public int StartNext() =>
        HasNext ? _started++ : throw new InvalidOperationException("Every address was tried already");

    /// <summary>The attempt failed. The next one, if there is one, starts at once.</summary>
    public void Fail(int index, Exception error)
    {
        if (index >= _started || _errors[index] is not null)
            throw new InvalidOperationException($"Attempt {index} is not under way");
        _errors[index] = error;
        _failed++;
    }

    /// <summary>Alternates the two families in their given orders, beginning with that of the first address.</summary>
    public static IPEndPoint[] Interleave(IReadOnlyList<IPEndPoint> endPoints)
    {
        var family = endPoints[0].AddressFamily;
        var preferred = new Queue<IPEndPoint>(endPoints.Where(x => x.AddressFamily == family));
        var others = new Queue<IPEndPoint>(endPoints.Where(x => x.AddressFamily != family));
        var order = new List<IPEndPoint>(endPoints.Count);
        while (order.Count < endPoints.Count)
        {
            if (preferred.TryDequeue(out var first))
                order.Add(first);
            if (others.TryDequeue(out var second))
                order.Add(second);
        }

        return [.. order];
    }
}
