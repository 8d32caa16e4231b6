using System.Net;

namespace Aleph.Actors;

/// <summary>Finds the addresses of a host. That of an actor system is <c>system.Aleph().Dns</c>.</summary>
public interface IDnsResolver
{
    /// <summary>
    /// Answers the addresses of <paramref name="host"/>, at least one, the preferred one first. Any thread; does not
    /// block.
    /// </summary>
    /// <param name="host">A name, also an internationalised one; a trailing dot keeps search domains away. Or an
    /// address as text, IPv6 with or without brackets and scope, which is its own answer.</param>
    /// <param name="cancellation">Ends the wait. The look-up goes on for whoever else waits for it.</param>
    /// <exception cref="DnsException">There are none, or nobody could say; <see cref="DnsException.Kind"/> tells which.
    /// </exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellation = default);
}
