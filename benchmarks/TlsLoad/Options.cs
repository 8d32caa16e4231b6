using System.Globalization;

namespace TlsLoad;

/// <summary>The command line.</summary>
internal sealed record Options(int Pairs, double Seconds, string Rows)
{
    public static Options? Parse(string[] args)
    {
        var options = new Options(5, 3, "");
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : "";
            Options? next = args[i] switch
            {
                "--pairs" when int.TryParse(value, CultureInfo.InvariantCulture, out var n) =>
                    options with { Pairs = n },
                "--seconds" when double.TryParse(value, CultureInfo.InvariantCulture, out var s) =>
                    options with { Seconds = s },
                "--rows" => options with { Rows = value },
                _ => null,
            };
            if (next is null)
            {
                Console.Error.WriteLine("usage: TlsLoad [--pairs N] [--seconds S] [--rows FILTER]");
                return null;
            }

            options = next;
        }

        return options;
    }
}
