namespace Aleph.Actors.Http.WebSocketFaces;

/// <summary>
/// What one WebSocket counts, on its turn; server and meters are told at the end of a turn, so that many messages of
/// one turn cost them no more than one.
/// </summary>
internal sealed class WebSocketTraffic(WebSocketInstruments meters, WebSocketCounters? server)
{
    private readonly long[] _counts = new long[WebSocketCounters.Kinds];
    private readonly long[] _told = new long[WebSocketCounters.Kinds];

    public void Add(WebSocketCount count, long amount = 1) =>
        Volatile.Write(ref _counts[(int)count], _counts[(int)count] + amount);

    public void Opened()
    {
        server?.Opened();
        meters.Active.Add(1);
    }

    /// <summary>Tells what the turn has added.</summary>
    public void Tell()
    {
        for (var i = 0; i < _counts.Length; i++)
        {
            var added = _counts[i] - _told[i];
            if (added == 0)
                continue;
            _told[i] = _counts[i];
            server?.Add((WebSocketCount)i, added);
            meters.Add((WebSocketCount)i, added);
        }
    }

    public void Ended(int code)
    {
        Tell();
        server?.Ended(code);
        meters.Ended(code);
    }

    /// <summary>The counters now. Any thread.</summary>
    public WebSocketStatistics Statistics(long waiting) => WebSocketCounters.Statistics(_counts, waiting);
}
