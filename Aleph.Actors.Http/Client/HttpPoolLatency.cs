namespace Aleph.Actors.Http;

/// <summary>Quantiles of durations since a pool began, each right within 12 %; zero where there were none.</summary>
/// <param name="Median">Half of all are within it.</param>
/// <param name="P90">90 %.</param>
/// <param name="P99">99 %.</param>
/// <param name="P999">99.9 %.</param>
public sealed record HttpPoolLatency(TimeSpan Median, TimeSpan P90, TimeSpan P99, TimeSpan P999);
