using System.Text.RegularExpressions;
using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace Aleph.Actors;

/// <summary>
/// A user's configuration over the reference configuration, refused where it sets what does not exist or sets it to
/// what the reference's own value shows it cannot be: a whole number is one there, any other has a point. Every fault
/// is named.
/// </summary>
internal static partial class CheckedConfig
{
    // What a value that is neither of its kind nor a fault may be.
    private static readonly HashSet<string> Words = ["infinite", "system", "unset", "none", "off"];

    // Where off is one word of several.
    private static readonly HashSet<string> Choices = ["level", "mode", "frame-log"];

    private enum Kind
    {
        Other,
        Switch,
        Integer,
        Number,
        Duration,
        Size,
    }

    /// <summary>The user's values, with those of the reference where there are none.</summary>
    /// <param name="user">What the user has set.</param>
    /// <param name="reference">All there is, with its defaults.</param>
    /// <param name="sections">Where to look; the rest is somebody else's.</param>
    /// <exception cref="ConfigurationException">Something is wrong.</exception>
    public static Config Over(Config user, Config reference, params ReadOnlySpan<string> sections)
    {
        var faults = new List<string>();
        foreach (var section in sections)
        {
            // Each layer has its own keys; what lies beneath hides where one above has the path.
            for (var layer = user; layer is not null; layer = layer.Fallback)
            {
                if (layer.HasPath(section))
                    Check(section, layer.GetValue(section), reference.GetValue(section), faults);
            }
        }

        return faults.Count == 0
            ? user.WithFallback(reference)
            : throw new ConfigurationException(string.Join(Environment.NewLine, faults.Distinct()));
    }

    private static void Check(string path, HoconValue value, HoconValue known, List<string> faults)
    {
        if (known.IsObject())
            CheckObject(path, value, known.GetObject(), faults);
        else if (!known.IsArray() && Expected(path, value, known.GetString() ?? "") is { } expected)
            faults.Add($"{path} is {Text(value)}; it must be {expected}");
    }

    private static void CheckObject(string path, HoconValue value, HoconObject known, List<string> faults)
    {
        if (!value.IsObject())
        {
            faults.Add($"{path} is {Text(value)}; it must be a section {{ ... }}");
            return;
        }

        foreach (var (key, item) in value.GetObject().Items)
        {
            if (known.Items.TryGetValue(key, out var of))
                Check($"{path}.{key}", item, of, faults);
            else
                faults.Add($"{path}.{key} is no setting; {path} has {string.Join(", ", known.Items.Keys.Order())}");
        }
    }

    private static string? Expected(string path, HoconValue value, string @default)
    {
        var kind = KindOf(path, @default);
        if (kind == Kind.Other)
            return null;
        if (value.IsObject() || value.IsArray())
            return $"one value, such as {@default}";
        var text = value.GetString() ?? "";
        if (kind == Kind.Switch)
            return Switch().IsMatch(text) ? null : "on or off";
        if (Words.Contains(text))
            return null;
        return kind switch
        {
            Kind.Duration => IsRead(value, x => x.GetTimeSpan()) ? null : $"a time such as {Example(@default, "30s")}",
            Kind.Size => IsRead(value, x => x.GetByteSize()) ? null : $"a size such as {Example(@default, "64KiB")}",
            Kind.Integer => Integer().IsMatch(text) ? null : $"a whole number such as {Example(@default, "100")}",
            _ => Number().IsMatch(text) ? null : $"a number such as {@default}",
        };
    }

    private static bool IsRead<T>(HoconValue value, Func<HoconValue, T> read)
    {
        try
        {
            return read(value) is not null;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static Kind KindOf(string path, string @default) => @default switch
    {
        "on" or "off" => Choices.Contains(path[(path.LastIndexOf('.') + 1)..]) ? Kind.Other : Kind.Switch,
        _ when Integer().IsMatch(@default) => Kind.Integer,
        _ when Number().IsMatch(@default) => Kind.Number,
        _ when Duration().IsMatch(@default) => Kind.Duration,
        _ when Size().IsMatch(@default) => Kind.Size,
        _ when Words.Contains(@default) => KindByName(path),
        _ => Kind.Other,
    };

    private static Kind KindByName(string path) => path[(path.LastIndexOfAny(['-', '.']) + 1)..] switch
    {
        "timeout" or "time" or "interval" or "age" => Kind.Duration,
        "buffer" or "size" => Kind.Size,
        "count" or "connections" or "attempts" or "ndots" => Kind.Integer,
        _ => Kind.Other,
    };

    private static string Example(string @default, string other) =>
        Words.Contains(@default) ? $"{other}, or {@default}" : @default;

    private static string Text(HoconValue value) =>
        value.IsObject() ? "a section" : value.IsArray() ? "a list" : value.GetString() ?? "null";

    [GeneratedRegex(@"^(on|off|true|false)$")]
    private static partial Regex Switch();

    [GeneratedRegex(@"^-?\d+$")]
    private static partial Regex Integer();

    [GeneratedRegex(@"^-?\d+(\.\d+)?([eE][+-]?\d+)?$")]
    private static partial Regex Number();

    // As the reference configuration writes them.
    [GeneratedRegex(@"^\d+(ms|s|m|h|d)$")]
    private static partial Regex Duration();

    [GeneratedRegex(@"^\d+(b|[KMGT]iB)$")]
    private static partial Regex Size();
}
