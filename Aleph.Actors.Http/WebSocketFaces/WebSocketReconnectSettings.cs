using System.Globalization;
using Akka.Configuration;

namespace Aleph.Actors.Http;

/// <summary>
/// When a <see cref="ReconnectingWebSocket"/> opens its WebSocket anew. The defaults stand here; section
/// <c>aleph.http.websocket.reconnect</c> of <c>hocon/aleph.http.conf</c> says the same. Change with <c>with</c>.
/// </summary>
public sealed record WebSocketReconnectSettings
{
    private const string Section = "aleph.http.websocket.reconnect";

    /// <summary>The defaults.</summary>
    public static WebSocketReconnectSettings Default { get; } = new();

    /// <summary>
    /// The wait before the first new attempt; each further one in a row waits twice as long. 1 ms to 1 day. Default
    /// 200 ms.
    /// </summary>
    public TimeSpan MinBackoff { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest wait. At least <see cref="MinBackoff"/>, up to 1 day. Default 30 s.</summary>
    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Which share of a wait is left to chance, so that the clients of a server that failed do not all come back at
    /// once: 0 for none, 1 for all of it. Default 0.5.
    /// </summary>
    public double Jitter { get; init; } = 0.5;

    /// <summary>
    /// After how many attempts in a row that came to nothing it gives up. At least 1; null, the default, for never.
    /// </summary>
    public int? MaxAttempts { get; init; }

    /// <summary>
    /// A connection that lasted this long was a success: waits and attempts begin anew after it. Not negative. Default
    /// 10 s.
    /// </summary>
    public TimeSpan StableAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Whether to open it again after it was closed like this. Default null: after all but 1000 (the server has said
    /// all) and 1008 (the server does not want us).
    /// </summary>
    public Func<WebSocketClose, bool>? ShouldReconnect { get; init; }

    /// <summary>The clock of the waits. Default the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>
    /// Reads the section <c>aleph.http.websocket.reconnect</c>, and the defaults where it is silent.
    /// </summary>
    /// <param name="config">A whole configuration, such as <c>system.Settings.Config</c>.</param>
    /// <exception cref="ConfigurationException">A value cannot be read.</exception>
    public static WebSocketReconnectSettings FromConfig(Config config)
    {
        var section = CheckedConfig.Over(config, HttpConfig.Reference, "aleph.http").GetConfig(Section);
        return new WebSocketReconnectSettings
        {
            MinBackoff = section.GetTimeSpan("min-backoff"),
            MaxBackoff = section.GetTimeSpan("max-backoff"),
            Jitter = section.GetDouble("jitter"),
            MaxAttempts = section.GetString("max-attempts") == "infinite" ? null : section.GetInt("max-attempts"),
            StableAfter = section.GetTimeSpan("stable-after"),
        };
    }

    /// <summary>All that is wrong with these settings, one sentence each; empty when they are good.</summary>
    public IReadOnlyList<string> Validate()
    {
        var faults = new SettingsFaults(Section);
        faults.Between("min-backoff", MinBackoff, TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(1));
        faults.Between("max-backoff", MaxBackoff, TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(1));
        if (MaxBackoff < MinBackoff)
            faults.Add("max-backoff", MaxBackoff, "it must be at least min-backoff");
        if (Jitter is not (>= 0 and <= 1))
            faults.Add("jitter", Jitter.ToString(CultureInfo.InvariantCulture), "it must be between 0 and 1");
        if (MaxAttempts is { } attempts)
            faults.Between("max-attempts", attempts, 1, int.MaxValue);
        faults.Between("stable-after", StableAfter, TimeSpan.Zero, TimeSpan.FromDays(1));
        return faults.All;
    }

    /// <summary>How long to wait after so many attempts in a row that came to nothing.</summary>
    /// <param name="failures">0 and 1 are the same: the last connection was a success, or the first failure.</param>
    /// <param name="chance">0 to 1.</param>
    internal TimeSpan WaitAfter(int failures, double chance)
    {
        var full = Math.Min(MinBackoff.Ticks * Math.Pow(2, Math.Max(0, failures - 1)), MaxBackoff.Ticks);
        return TimeSpan.FromTicks((long)(full * (1 - (Jitter * chance))));
    }
}
