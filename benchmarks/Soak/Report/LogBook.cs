using System.Text.RegularExpressions;
using Akka.Actor;
using Akka.Event;

namespace Soak.Report;

/// <summary>The warnings and errors that were logged in this process, by their text without its numbers.</summary>
internal static partial class LogBook
{
    private static readonly Lock Lock = new();
    private static readonly Dictionary<string, int> Lines = [];

    public static IReadOnlyList<(string Text, int Count)> All
    {
        get
        {
            lock (Lock)
                return [.. Lines.OrderByDescending(line => line.Value).Select(line => (line.Key, line.Value))];
        }
    }

    public static void Add(string level, string message, Exception? cause)
    {
        var text = cause is null ? message : $"{message} [{cause.GetType().Name}: {cause.Message}]";
        var key = $"{level} {Numbers().Replace(text.ReplaceLineEndings(" "), "#")}";
        lock (Lock)
        {
            Lines[key] = Lines.GetValueOrDefault(key) + 1;
            if (Lines[key] == 1)
                Console.Error.WriteLine($"{DateTime.UtcNow:HH:mm:ss.fff} {level} {text} {cause}");
        }
    }

    [GeneratedRegex(@"\d+")]
    private static partial Regex Numbers();

    /// <summary>The logger of both actor systems.</summary>
    internal sealed class Logger : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case InitializeLogger:
                    Sender.Tell(new LoggerInitialized());
                    break;
                case Error error:
                    Add("ERROR", $"{error.Message}", error.Cause);
                    break;
                case Warning warning:
                    Add("WARNING", $"{warning.Message}", warning.Cause);
                    break;
            }
        }
    }
}
