using System.Text.RegularExpressions;
using Soak.Traffic;

namespace Soak.Report;

/// <summary>Which warnings and errors the planned faults must cause, and why. All others are unexpected.</summary>
internal static class ExpectedLogs
{
    private static readonly (Regex Pattern, string Why)[] All =
    [
        (new Regex("ActorKilledException"), "a connection actor or a listener was killed on purpose"),
        (new Regex("^WARNING A listener on .* ended; another one starts in"), "a listener was killed on purpose"),
        (new Regex($"unobserved .*{FrameGraphTraffic.GivenUp}"),
            "a kill switch of Akka was told when its stream had just ended"),
    ];

    /// <summary>Why it is expected; null when it is not.</summary>
    public static string? Why(string line) =>
        All.Where(expected => expected.Pattern.IsMatch(line)).Select(expected => expected.Why).FirstOrDefault();
}
