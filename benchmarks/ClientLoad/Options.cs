using System.Globalization;

namespace ClientLoad;

/// <summary>The command line.</summary>
internal sealed record Options(int Pairs, int Seconds, string Rows)
{
    public static Options? Parse(string[] args)
    {
        var options = new Options(5, 4, "");
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : "";
            var isNumber = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && number > 0;
            switch (args[i])
            {
                case "--pairs" when isNumber:
                    options = options with { Pairs = number };
                    break;
                case "--seconds" when isNumber:
                    options = options with { Seconds = number };
                    break;
                case "--rows" when value.Length > 0:
                    options = options with { Rows = value };
                    break;
                default:
                    Console.Error.WriteLine("usage: ClientLoad [--pairs N] [--seconds S] [--rows FILTER]");
                    return null;
            }
        }

        return options;
    }
}
