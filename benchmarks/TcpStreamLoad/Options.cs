using System.Globalization;

namespace TcpStreamLoad;

/// <summary>The command line: <c>[--pairs N] [--seconds S] [--rows TEXT]</c>.</summary>
internal sealed record Options(int Pairs, double Seconds, string Rows)
{
    /// <summary>Null, and a line on standard error, where the command line says something else.</summary>
    public static Options? Parse(string[] args)
    {
        var options = new Options(5, 2, "");
        for (var i = 0; i + 1 < args.Length; i += 2)
        {
            var (value, invariant) = (args[i + 1], CultureInfo.InvariantCulture);
            if (args[i] == "--pairs" && int.TryParse(value, invariant, out var pairs) && pairs > 0)
                options = options with { Pairs = pairs };
            else if (args[i] == "--seconds" && double.TryParse(value, invariant, out var seconds) && seconds > 0)
                options = options with { Seconds = seconds };
            else if (args[i] == "--rows")
                options = options with { Rows = value };
            else
                return Usage();
        }

        return args.Length % 2 == 0 ? options : Usage();
    }

    private static Options? Usage()
    {
        Console.Error.WriteLine("usage: TcpStreamLoad [--pairs N] [--seconds S] [--rows TEXT]");
        return null;
    }
}
