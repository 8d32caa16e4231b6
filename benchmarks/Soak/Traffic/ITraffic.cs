namespace Soak.Traffic;

/// <summary>One kind of traffic. Its users are told to stop, and stop when their exchange under way is over.</summary>
internal interface ITraffic
{
    /// <summary>In the report.</summary>
    string Name { get; }

    /// <summary>How many of them there are at a time.</summary>
    int Users { get; }

    /// <summary>
    /// What one of them does, one exchange after the other, until <see cref="User.NextAsync"/> says no.
    /// </summary>
    Task RunAsync(User user);
}
