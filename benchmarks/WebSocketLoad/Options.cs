using System.Globalization;

namespace WebSocketLoad;

/// <summary>The command line.</summary>
internal sealed record Options(int Pairs, double Seconds, string Rows, int Idle, bool ListOnly)
{
    public static Options? Parse(string[] args)
    {
        var options = new Options(5, 3, "", 10_000, false);
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] == "--list")
            {
                options = options with { ListOnly = true };
                continue;
            }

            var value = i + 1 < args.Length ? args[i + 1] : "";
            Options? next = args[i++] switch
            {
                "--pairs" when int.TryParse(value, CultureInfo.InvariantCulture, out var n) =>
                    options with { Pairs = n },
                "--seconds" when double.TryParse(value, CultureInfo.InvariantCulture, out var s) =>
                    options with { Seconds = s },
                "--idle" when int.TryParse(value, CultureInfo.InvariantCulture, out var n) =>
                    options with { Idle = n },
                "--rows" => options with { Rows = value },
                _ => null,
            };
            if (next is null)
            {
                Console.Error.WriteLine(
                    "usage: WebSocketLoad [--pairs N] [--seconds S] [--rows FILTER] [--idle N] [--list]");
                return null;
            }

            options = next;
        }

        return options;
    }
}
