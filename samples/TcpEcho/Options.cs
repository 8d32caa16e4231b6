using System.Globalization;
using System.Net.Sockets;

namespace TcpEcho;

/// <summary>The command line.</summary>
internal sealed record Options(int? Port, UnixDomainSocketEndPoint? Unix, bool Tls, bool AkkaIo)
{
    private const string Usage = "usage: TcpEcho PORT [--tls] [--akka-io] [--unix PATH], with 0 to 65535 for PORT";

    /// <summary>Reads it; null, and a line on standard error, where it is wrong.</summary>
    public static Options? Parse(string[] args)
    {
        var options = new Options(null, null, false, false);
        for (var i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--tls":
                    options = options with { Tls = true };
                    break;
                case "--akka-io":
                    options = options with { AkkaIo = true };
                    break;
                case "--unix" when i + 1 < args.Length:
                    if (UnixAt(args[++i]) is not { } unix)
                        return null;
                    options = options with { Unix = unix };
                    break;
                case "--unix":
                    return Refuse($"--unix needs a path. {Usage}");
                case var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
                    && port <= 65535 && options.Port is null:
                    options = options with { Port = port };
                    break;
                default:
                    return Refuse($"{args[i]} is neither a port nor an option. {Usage}");
            }
        }

        if (options is { AkkaIo: true, Unix: not null })
            return Refuse("--akka-io: Akka.IO has no Unix domain sockets; leave one of it and --unix out.");
        return (options.Port, options.Unix) is (null, null) ? Refuse(Usage) : options;
    }

    private static UnixDomainSocketEndPoint? UnixAt(string path)
    {
        try
        {
            return new UnixDomainSocketEndPoint(path);
        }
        catch (ArgumentException)
        {
            Console.Error.WriteLine($"--unix {path}: a path must have 1 to 107 bytes");
            return null;
        }
    }

    private static Options? Refuse(string why)
    {
        Console.Error.WriteLine(why);
        return null;
    }
}
