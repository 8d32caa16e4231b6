namespace Aleph.Actors.Dns;

/// <summary>Where a resolver's answers come from. Remembers nothing.</summary>
internal interface IDnsSource
{
    /// <summary>Looks a name up. On the pool, never on an actor's turn; any number at a time.</summary>
    /// <param name="name">A good name, no address, no localhost.</param>
    /// <param name="cancellation">The look-up's deadline, or the resolver's end.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    Task<DnsResult> LookUpAsync(HostName name, CancellationToken cancellation);
}
