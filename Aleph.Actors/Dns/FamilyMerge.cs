using System.Net;
using Aleph.Actors.Dns.Wire;

namespace Aleph.Actors.Dns;

/// <summary>Asks for both families of one name at the same time, and makes one result of the two.</summary>
internal static class FamilyMerge
{
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static async Task<DnsResult> ResolveAsync(
        Inquiry inquiry, string name, DnsSettings settings, CancellationToken cancellation)
    {
        var types = settings.AddressTypes;
        if (!AddressOrder.WantsIPv4(types) || !AddressOrder.WantsIPv6(types))
        {
            var only = AddressOrder.WantsIPv4(types) ? DnsRecordType.A : DnsRecordType.Aaaa;
            return Ordered(await inquiry.ResolveAsync(name, only, cancellation).ConfigureAwait(false), settings);
        }

        using var slower = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var v6 = inquiry.ResolveAsync(name, DnsRecordType.Aaaa, slower.Token);
        var v4 = inquiry.ResolveAsync(name, DnsRecordType.A, slower.Token);
        var first = await Task.WhenAny(v6, v4).ConfigureAwait(false);
        if (first.IsCompletedSuccessfully && await first.ConfigureAwait(false) is DnsResult.Found)
            await GiveUpAsync(first == v6 ? v4 : v6, slower, settings).ConfigureAwait(false);
        return Merge(
            await ResultOfAsync(v6, cancellation).ConfigureAwait(false),
            await ResultOfAsync(v4, cancellation).ConfigureAwait(false),
            settings);
    }

    /// <summary>Of two kinds of nothing the one that says more; remembered as long as both hold.</summary>
    public static DnsResult.Failed Both(DnsResult.Failed? one, DnsResult.Failed other)
    {
        if (one is null)
            return other;
        var ttl = one.Ttl is null || other.Ttl is null ? null : Shorter(one.Ttl, other.Ttl);
        // One who cannot tell outweighs one who says no; a name that is there, one that is not.
        var kept = (one.IsNegative, other.IsNegative) switch
        {
            (false, _) => one,
            (_, false) => other,
            _ => other.Kind is DnsFailure.NoData ? other : one,
        };
        var detail = one.Detail.Contains(other.Detail, StringComparison.Ordinal)
            ? one.Detail
            : $"{one.Detail}; {other.Detail}";
        return kept with { Ttl = ttl, Detail = detail };
    }

    public static DnsResult Merge(DnsResult v6, DnsResult v4, DnsSettings settings) => (v6, v4) switch
    {
        (DnsResult.Found a, DnsResult.Found b) => Ordered(
            b with { Addresses = [.. a.Addresses, .. b.Addresses], Ttl = Shorter(a.Ttl, b.Ttl) }, settings),
        (DnsResult.Found a, DnsResult.Failed b) => Half(a, b, settings),
        (DnsResult.Failed a, DnsResult.Found b) => Half(b, a, settings),
        _ => Both((DnsResult.Failed)v6, (DnsResult.Failed)v4),
    };

    // What is missing may be there the next time, so half of a result is soon asked for again.
    private static DnsResult Half(DnsResult.Found found, DnsResult.Failed missing, DnsSettings settings) => Ordered(
        missing.IsNegative ? found : found with { Ttl = Shorter(found.Ttl, settings.NegativeTtl) }, settings);

    private static DnsResult Ordered(DnsResult result, DnsSettings settings)
    {
        if (result is not DnsResult.Found found)
            return result;
        var sorted = AddressOrder.Sort(found.Addresses, settings.AddressTypes, AddressOrder.HasRoute);
        return found with { Addresses = Limited(sorted, settings.MaxAddresses) };
    }

    // Of a list that is too long both families keep some.
    private static IReadOnlyList<IPAddress> Limited(IReadOnlyList<IPAddress> sorted, int limit)
    {
        if (sorted.Count <= limit)
            return sorted;
        var first = sorted.Where(x => x.AddressFamily == sorted[0].AddressFamily).ToArray();
        var second = sorted.Skip(first.Length).ToArray();
        var ofSecond = Math.Min(second.Length, Math.Max(limit / 2, limit - first.Length));
        return [.. first.Take(limit - ofSecond), .. second.Take(ofSecond)];
    }

    private static TimeSpan? Shorter(TimeSpan? one, TimeSpan? other) =>
        one is { } a && other is { } b ? TimeSpan.FromTicks(Math.Min(a.Ticks, b.Ticks)) : one ?? other;

    // RFC 8305, 3: whoever has addresses of one family does not wait long for those of the other.
    private static async Task GiveUpAsync(Task late, CancellationTokenSource slower, DnsSettings settings)
    {
        using var stop = new CancellationTokenSource();
        var delay = Task.Delay(settings.ResolutionDelay, settings.Time, stop.Token);
        if (await Task.WhenAny(late, delay).ConfigureAwait(false) == delay)
            await slower.CancelAsync().ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
    }

    private static async Task<DnsResult> ResultOfAsync(Task<DnsResult> task, CancellationToken cancellation)
    {
        try
        {
            return await task.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new DnsResult.Failed(DnsFailure.Timeout, "the other family was not waited for");
        }
    }
}
