using System.Globalization;
using System.Text.RegularExpressions;

namespace Soak;

/// <summary>What the command line asks for.</summary>
/// <param name="Time">How long traffic lasts.</param>
/// <param name="Seed">Of all that is left to chance.</param>
/// <param name="Only">What traffic and hostile peers there are: those whose name this finds.</param>
/// <param name="Out">The file of the report.</param>
internal sealed record Options(TimeSpan Time, int Seed, Regex Only, string Out)
{
    public const string Usage = "usage: Soak [MINUTES] [--seed N] [--only PATTERN] [--out FILE]";

    public static Options? Parse(string[] args)
    {
        var options = new Options(TimeSpan.FromMinutes(30), Environment.TickCount, new Regex(""), "artifacts/soak.md");
        for (var i = 0; i < args.Length; i++)
        {
            var value = i + 1 < args.Length ? args[i + 1] : "";
            switch (args[i])
            {
                case "--seed" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seed):
                    (options, i) = (options with { Seed = seed }, i + 1);
                    break;
                case "--only" when value.Length > 0:
                    (options, i) = (options with { Only = new Regex(value) }, i + 1);
                    break;
                case "--out" when value.Length > 0:
                    (options, i) = (options with { Out = value }, i + 1);
                    break;
                case var text when Minutes(text) is { } minutes:
                    options = options with { Time = TimeSpan.FromMinutes(minutes) };
                    break;
                default:
                    return null;
            }
        }

        return options;
    }

    private static double? Minutes(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var minutes)
            && minutes is > 0 and <= 7 * 24 * 60 ? minutes : null;
}
