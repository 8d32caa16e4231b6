using System.Collections.Concurrent;
using Akka.Event;
using Aleph.Actors.Dns.Wire;

namespace Aleph.Actors.Dns;

/// <summary>
/// All that one look-up asks: its name servers in their order, its budget of queries, and the trail of what went wrong.
/// </summary>
internal sealed class Inquiry(IReadOnlyList<NameServer> servers, DnsSettings settings, ILoggingAdapter log)
{
    private readonly QueryBudget _budget = new(settings.MaxQueriesPerResolve);
    private readonly ConcurrentQueue<string> _trail = [];

    /// <summary>The result of one name and one family, through all of its aliases.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<DnsResult> ResolveAsync(string name, DnsRecordType type, CancellationToken cancellation)
    {
        var chain = new AliasChain(name, type);
        while (true)
        {
            var (message, failure) = await AskAsync(chain.Question, cancellation).ConfigureAwait(false);
            var result = message is null
                ? new DnsResult.Failed(failure, string.Join("; ", _trail))
                : chain.Take(message);
            if (result is not null)
                return result;
        }
    }

    private async Task<(DnsMessage? Message, DnsFailure Failure)> AskAsync(
        DnsQuestion question, CancellationToken cancellation)
    {
        var worst = DnsFailure.Unreachable;
        for (var attempt = 0; attempt < settings.Tries; attempt++)
        {
            foreach (var server in servers)
            {
                var reply = await server.AskAsync(question, _budget, cancellation).ConfigureAwait(false);
                Trace(server, question, reply);
                if (FailureOf(reply, out var detail) is not { } failure)
                    return (((DnsReply.Answered)reply).Message, default);
                _trail.Enqueue($"{question} from {server.EndPoint}: {detail}");
                if (failure is DnsFailure.LimitExceeded)
                    return (null, failure);
                worst = Telling(failure) > Telling(worst) ? failure : worst;
            }
        }

        return (null, worst);
    }

    /// <summary>Why the next server must be asked; null when this one has decided.</summary>
    private static DnsFailure? FailureOf(DnsReply reply, out string detail)
    {
        (DnsFailure? failure, detail) = reply switch
        {
            DnsReply.Lost lost => (lost.Kind, lost.Detail),
            DnsReply.Answered { Message.Code: DnsResponseCode.NameError } => (null, ""),
            DnsReply.Answered { Message: { Code: DnsResponseCode.NoError, IsReferral: true } } =>
                (DnsFailure.ServerFailure, "it does not look further itself"),
            DnsReply.Answered { Message.Code: DnsResponseCode.NoError } => (null, ""),
            DnsReply.Answered { Message.Code: DnsResponseCode.Refused } => (DnsFailure.Refused, "REFUSED"),
            DnsReply.Answered { Message.Code: DnsResponseCode.ServerFailure } => (DnsFailure.ServerFailure, "SERVFAIL"),
            DnsReply.Answered { Message.Code: var code } => ((DnsFailure?)DnsFailure.ServerFailure, $"code {code:D}"),
            _ => throw new InvalidOperationException($"{reply} is no reply"),
        };
        return failure;
    }

    // What a server said tells more than that one was silent, and that more than that one is not there.
    private static int Telling(DnsFailure failure) => failure switch
    {
        DnsFailure.Unreachable => 0,
        DnsFailure.Timeout => 1,
        _ => 2,
    };

    private void Trace(NameServer server, DnsQuestion question, DnsReply reply)
    {
        if (!settings.Trace)
            return;
        if (reply is DnsReply.Answered { Message: var m })
            log.Debug("{0} from {1}: {2}, {3} records", question, server.EndPoint, m.Code, m.Answers.Count);
        else
            log.Debug("{0} from {1}: {2}", question, server.EndPoint, ((DnsReply.Lost)reply).Detail);
    }
}
