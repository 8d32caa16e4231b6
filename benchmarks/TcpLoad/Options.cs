using System.Globalization;

namespace TcpLoad;

/// <summary>The command line.</summary>
/// <param name="Pairs">Alternating pairs for each row.</param>
/// <param name="Seconds">The length of one measurement of echoes.</param>
/// <param name="Mib">How much one measurement of bulk moves, in MiB.</param>
/// <param name="Rows">Only rows whose name contains this.</param>
/// <param name="ListOnly">Whether only the names of the rows are wanted.</param>
internal sealed record Options(int Pairs, double Seconds, int Mib, string Rows, bool ListOnly)
{
    public static Options? Parse(string[] args)
    {
        var options = new Options(5, 3, 1024, "", ListOnly: false);
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : "";
            Options? next = args[i] switch
            {
                "--pairs" when int.TryParse(value, CultureInfo.InvariantCulture, out var n) && n > 0 =>
                    options with { Pairs = n },
                "--seconds" when double.TryParse(value, CultureInfo.InvariantCulture, out var s) && s > 0 =>
                    options with { Seconds = s },
                "--mib" when int.TryParse(value, CultureInfo.InvariantCulture, out var n) && n > 0 =>
                    options with { Mib = n },
                "--rows" => options with { Rows = value },
                "--list" => options with { ListOnly = true },
                _ => null,
            };
            if (next is null)
            {
                Console.Error.WriteLine(
                    "usage: TcpLoad [--pairs N] [--seconds S] [--mib N] [--rows FILTER] [--list]");
                return null;
            }

            options = next;
            if (args[i] == "--list")
                i--;
        }

        return options;
    }
}
