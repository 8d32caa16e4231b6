using System.Globalization;

namespace Samples;

/// <summary>The command line of a sample that takes a port and nothing else.</summary>
internal static class CommandLine
{
    /// <summary>The port; null, and a line on standard error, where there is none.</summary>
    public static int? Port(string[] args, string sample)
    {
        if (args is [var text]
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= 65535)
        {
            return port;
        }

        Console.Error.WriteLine($"usage: {sample} PORT, with 0 to 65535 for PORT; 0 lets the system choose");
        return null;
    }
}
