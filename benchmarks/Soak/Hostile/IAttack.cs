namespace Soak.Hostile;

/// <summary>Something that a hostile peer does, and what must come of it.</summary>
internal interface IAttack
{
    /// <summary>In the report.</summary>
    string Name { get; }

    /// <summary>The server that it is done to; some name of its own where the victim is a client.</summary>
    string Target { get; }

    /// <summary>Does it once.</summary>
    /// <exception cref="NotEnduredException">What should have come of it did not.</exception>
    /// <exception cref="IOException">The connection broke early, which harms nobody.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The same.</exception>
    Task RunAsync(Random random);
}
