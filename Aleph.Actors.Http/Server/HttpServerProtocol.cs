namespace Aleph.Actors.Http;

/// <summary>What an HTTP server understands beyond <see cref="ServerProtocol"/>.</summary>
public static class HttpServerProtocol
{
    /// <summary>Asks for the counters. Answer: <see cref="Statistics"/>.</summary>
    public sealed record GetStatistics : ServerProtocol.Command
    {
        private GetStatistics()
        {
        }

        /// <summary>The one instance.</summary>
        public static GetStatistics Instance { get; } = new();
    }

    /// <summary>
    /// Gives connections that are accepted from now on other limits and times; open ones keep theirs. Of the settings
    /// below HTTP only the number of connections changes. Answer: <see cref="ServerProtocol.LimitsChanged"/>, or <see
    /// cref="ServerProtocol.CommandFailed"/> with an <see cref="ArgumentException"/> that names every fault.
    /// </summary>
    /// <param name="Settings">All settings of the server, the changed ones among them.</param>
    public sealed record SetLimits(HttpServerSettings Settings) : ServerProtocol.Command;

    /// <summary>The counters of an HTTP server since its start.</summary>
    /// <param name="Connections">Of its connections.</param>
    /// <param name="Requests">Requests read whole, rejected ones included.</param>
    /// <param name="ActiveRequests">Of these, not answered to the end yet.</param>
    /// <param name="Rejected">Requests that broke a rule or a limit.</param>
    /// <param name="Failed">Handlers and bodies that failed.</param>
    /// <param name="BufferedBytes">Bytes of streamed bodies that lie between sockets and handlers now.</param>
    public sealed record Statistics(
        ServerProtocol.Statistics Connections,
        long Requests,
        long ActiveRequests,
        long Rejected,
        long Failed,
        long BufferedBytes) : ServerProtocol.Event
    {
        /// <summary>How many answers had each status, of handlers and of the server; those that never were are left
        /// out.</summary>
        public IReadOnlyDictionary<int, long> ByStatus
        {
            get;
            init => field = Readable.Of(value);
        } = Readable.Of(new Dictionary<int, long>());

        /// <summary>
        /// Requests that a time limit cut short: heads and bodies that came too slowly, handlers that took too long,
        /// answers that were read too slowly.
        /// </summary>
        public long TimedOut { get; init; }

        /// <summary>Its WebSockets.</summary>
        public WebSocketTotals WebSockets { get; init; } = WebSocketTotals.None;
    }
}
