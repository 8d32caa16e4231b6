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
        long BufferedBytes) : ServerProtocol.Event;
}
