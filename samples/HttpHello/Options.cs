using System.Globalization;

namespace HttpHello;

/// <summary>The command line.</summary>
internal sealed record Options(int Port, bool Any, bool InlineCompletions, bool Tls, bool AkkaIo)
{
    private const string Usage = "usage: HttpHello PORT [--any] [--inline-completions] [--akka-io] [--tls]";

    /// <summary>Reads it; null, and a line on standard error, where it is wrong.</summary>
    public static Options? Parse(string[] args)
    {
        var options = new Options(-1, false, false, false, false);
        foreach (var arg in args)
        {
            switch (arg)
            {
                case "--any":
                    options = options with { Any = true };
                    break;
                case "--inline-completions":
                    options = options with { InlineCompletions = true };
                    break;
                case "--tls":
                    options = options with { Tls = true };
                    break;
                case "--akka-io":
                    options = options with { AkkaIo = true };
                    break;
                case var _ when IsPort(arg, out var port):
                    options = options with { Port = port };
                    break;
                default:
                    return Refuse($"{arg} is neither a port (0 to 65535) nor an option. {Usage}");
            }
        }

        if (options is { AkkaIo: true, InlineCompletions: true })
            return Refuse("--inline-completions needs sockets of our own; leave one of it and --akka-io out.");
        return options.Port < 0 ? Refuse(Usage) : options;
    }

    private static bool IsPort(string arg, out int port) =>
        int.TryParse(arg, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port <= 65535;

    private static Options? Refuse(string why)
    {
        Console.Error.WriteLine(why);
        return null;
    }
}
