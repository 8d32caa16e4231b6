using System.Net;
using Aleph.Actors.Dns.Wire;

namespace Aleph.Actors.Dns;

/// <summary>
/// Asks one name server: over UDP, over TCP when the answer was cut, and again without EDNS0 when the server does not
/// know that. Each query has its own timeout.
/// </summary>
internal sealed class NameServer(IPEndPoint endPoint, DnsSettings settings, DnsCounters counters, DnsWireLog? wire)
{
    public IPEndPoint EndPoint => endPoint;

    /// <summary>Asks <paramref name="question"/>; never fails but for cancellation.</summary>
    /// <exception cref="OperationCanceledException">Cancelled, by somebody else than the timeout.</exception>
    public async Task<DnsReply> AskAsync(DnsQuestion question, QueryBudget budget, CancellationToken cancellation)
    {
        var reply = await AskAsync(question, budget, settings.Edns, cancellation).ConfigureAwait(false);
        return settings.Edns && IsLackOfEdns(reply)
            ? await AskAsync(question, budget, edns: false, cancellation).ConfigureAwait(false)
            : reply;
    }

    private static bool IsLackOfEdns(DnsReply reply) => reply is DnsReply.Answered
    {
        Message.Code: DnsResponseCode.FormatError or DnsResponseCode.NotImplemented or DnsResponseCode.BadVersion,
    };

    private async Task<DnsReply> AskAsync(
        DnsQuestion question, QueryBudget budget, bool edns, CancellationToken cancellation)
    {
        var query = new DnsQuery(question, settings, edns);
        var reply = await WithinAsync(
            token => UdpExchange.AskAsync(endPoint, query, edns ? settings.MaxPayloadSize : 0, counters, wire, token),
            budget,
            cancellation).ConfigureAwait(false);
        if (reply is not DnsReply.Answered { Message.IsTruncated: true })
            return reply;
        counters.TcpFallback();
        return await WithinAsync(token => TcpExchange.AskAsync(endPoint, query, wire, token), budget, cancellation)
            .ConfigureAwait(false);
    }

    private async Task<DnsReply> WithinAsync(
        Func<CancellationToken, Task<DnsReply>> exchange, QueryBudget budget, CancellationToken cancellation)
    {
        if (!budget.TryTake())
            return OutOfQueries();
        counters.Query();
        using var timer = new CancellationTokenSource(settings.QueryTimeout, settings.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellation);
        try
        {
            return Logged(await exchange(either.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested
            && !cancellation.IsCancellationRequested)
        {
            counters.Timeout();
            return Logged(new DnsReply.Lost(
                DnsFailure.Timeout, $"no answer within {settings.QueryTimeout.TotalSeconds} s"));
        }
    }

    private DnsReply Logged(DnsReply reply)
    {
        if (reply is DnsReply.Lost lost)
            wire?.Lost(endPoint, lost);
        return reply;
    }

    private DnsReply.Lost OutOfQueries() => new(
        DnsFailure.LimitExceeded,
        $"{settings.MaxQueriesPerResolve} queries were sent, which is the limit (aleph.dns.max-queries-per-resolve)");
}
