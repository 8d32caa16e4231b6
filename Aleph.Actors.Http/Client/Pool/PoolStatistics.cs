namespace Aleph.Actors.Http.Client.Pool;

/// <summary>Makes the public statistics of a pool.</summary>
internal static class PoolStatistics
{
    public static HttpPoolStatistics Of(PoolCore core)
    {
        var (open, connecting, idle, waiting) = core.Counts();
        var counters = core.Counters;
        return new HttpPoolStatistics(core.Context.Origin)
        {
            Open = open,
            Connecting = connecting,
            Idle = idle,
            Queued = waiting,
            Active = (int)counters.Active,
            Requests = counters.Requests,
            Failed = counters.Failures,
            Rejected = counters.Rejections,
            Retried = counters.Retries,
            Connections = counters.Connections,
            RequestsPerSecond = counters.RateSince(core.Context.Time),
            QueueLatency = Quantiles(counters.QueueLatency),
            TaskLatency = Quantiles(counters.TaskLatency),
        };
    }

    private static HttpPoolLatency Quantiles(LatencyHistogram all) =>
        new(all.Quantile(0.5), all.Quantile(0.9), all.Quantile(0.99), all.Quantile(0.999));
}
