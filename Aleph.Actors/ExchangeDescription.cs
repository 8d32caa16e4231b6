namespace Aleph.Actors;

/// <summary>How far something under way on a connection has come.</summary>
public enum ExchangeState
{
    /// <summary>It waits for others before it.</summary>
    Waiting,

    /// <summary>Its handler runs.</summary>
    Handling,

    /// <summary>Its answer is being sent.</summary>
    Answering,
}

/// <summary>Something under way on a connection: a request of HTTP and its answer.</summary>
/// <param name="Summary">What, for people: method and path, and nothing that may be secret.</param>
/// <param name="State">How far it has come.</param>
/// <param name="Age">How long it has been under way.</param>
public sealed record ExchangeDescription(string Summary, ExchangeState State, TimeSpan Age);
