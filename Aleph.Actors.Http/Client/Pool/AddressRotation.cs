using System.Net;

namespace Aleph.Actors.Http.Client.Pool;

/// <summary>
/// Spreads the connections of a pool over the addresses of its name: each attempt begins with the next address, and
/// those that took no connection a moment ago come last. Any thread.
/// </summary>
internal sealed class AddressRotation(TimeProvider time)
{
    private static readonly TimeSpan SetAside = TimeSpan.FromSeconds(10);

    private readonly Dictionary<IPAddress, long> _failed = [];
    private int _next = -1;

    /// <summary>The resolver of one attempt to connect.</summary>
    public Attempt Begin(IDnsResolver inner) => new(this, inner);

    private IPAddress[] Order(IReadOnlyList<IPAddress> addresses)
    {
        var start = (int)((uint)Interlocked.Increment(ref _next) % (uint)addresses.Count);
        var now = time.GetTimestamp();
        lock (_failed)
        {
            // OrderBy is stable: the order of the rotation stays among the good ones.
            return
            [
                .. Enumerable.Range(0, addresses.Count).Select(i => addresses[(start + i) % addresses.Count])
                    .OrderBy(x => _failed.TryGetValue(x, out var until) && until > now),
            ];
        }
    }

    private void Fail(IEnumerable<IPAddress> addresses)
    {
        var until = time.GetTimestamp() + (long)(SetAside.TotalSeconds * time.TimestampFrequency);
        lock (_failed)
        {
            foreach (var address in addresses)
                _failed[address] = until;
        }
    }

    /// <summary>The addresses of one attempt, and what became of them.</summary>
    internal sealed class Attempt(AddressRotation rotation, IDnsResolver inner) : IDnsResolver
    {
        private IPAddress[] _order = [];

        public async ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host,
            CancellationToken cancellation = default)
        {
            var addresses = await inner.ResolveAsync(host, cancellation).ConfigureAwait(false);
            return _order = addresses.Count == 0 ? [] : rotation.Order(addresses);
        }

        /// <summary>This address took the connection, so those before it did not.</summary>
        public void Opened(EndPoint? remote)
        {
            if (remote is IPEndPoint { Address: var address } && Array.IndexOf(_order, address) is var index and > 0)
                rotation.Fail(_order[..index]);
        }

        /// <summary>None did.</summary>
        public void Failed() => rotation.Fail(_order);
    }
}
