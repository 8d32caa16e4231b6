using System.Globalization;

namespace Soak.Report;

/// <summary>One figure over time, and whether it is flat.</summary>
/// <param name="Name">Of the figure.</param>
/// <param name="Unit">Of it, behind a space, or empty.</param>
/// <param name="Values">In order, at even intervals.</param>
/// <param name="Slack">The rise that is allowed, beside a tenth of the median.</param>
internal sealed record Curve(string Name, string Unit, IReadOnlyList<double> Values, double Slack)
{
    private const int Width = 60;
    private const string Levels = "▁▂▃▄▅▆▇█";

    /// <summary>The second half: the first has the warm-up in it.</summary>
    private IReadOnlyList<double> Half => [.. Values.Skip(Values.Count / 2)];

    /// <summary>
    /// How much it rises over the second half: the median of the slopes between all pairs of samples (Theil and Sen),
    /// which a few peaks do not bend.
    /// </summary>
    public double Rise
    {
        get
        {
            var half = Half;
            var slopes =
                from i in Enumerable.Range(0, half.Count)
                from j in Enumerable.Range(i + 1, half.Count - i - 1)
                select (half[j] - half[i]) / (j - i);
            return Median(slopes) * (half.Count - 1);
        }
    }

    public double Bound => Slack + Median(Half) / 10;

    public bool IsFlat => Rise <= Bound;

    public string Row() => string.Create(CultureInfo.InvariantCulture,
        $"| {Name} | {Values[0]:0.#}{Unit} | {Median(Half):0.#}{Unit} | {Values.Max():0.#}{Unit} "
        + $"| {Values[^1]:0.#}{Unit} "
        + $"| {Rise:+0.##;-0.##;0}{Unit} | {Bound:0.#}{Unit} | {(IsFlat ? "flat" : "RISES")} |");

    /// <summary>A line of blocks, the lowest for 0 and the highest for the maximum.</summary>
    public string Chart()
    {
        var columns = Math.Min(Width, Values.Count);
        var top = Math.Max(Values.Max(), double.Epsilon);
        var line = string.Concat(Enumerable.Range(0, columns).Select(column =>
        {
            var (from, to) = (column * Values.Count / columns, (column + 1) * Values.Count / columns);
            var mean = Values.Skip(from).Take(to - from).Average();
            return Levels[(int)Math.Round(mean / top * (Levels.Length - 1))];
        }));
        return string.Create(CultureInfo.InvariantCulture, $"{Name,-22} {line} max {Values.Max():0.#}{Unit}");
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count == 0 ? 0 : (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}
