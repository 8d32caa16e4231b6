using System.Text;
using System.Text.RegularExpressions;
using Aleph.Actors.Tests.Support;

namespace Aleph.Actors.Tests.Docs;

/// <summary>Makes docs/guide/configuration.md of the files in <c>hocon/</c>.</summary>
internal static partial class ConfigurationPage
{
    public const string Path = "docs/guide/configuration.md";

    public static readonly string[] Sources = ["hocon/aleph.conf", "hocon/aleph.http.conf"];

    private const string Head =
        """
        # Configuration

        <!-- Made from hocon/ by .ci/configuration: change the files there, not this one. -->

        Every key, its default, and what it means. An application overrides keys in the configuration of its actor
        system, and may do so again for one server or client in code:

        ```hocon
        aleph {
          tcp.max-connections = 10000
          http.server.max-body-size = 1000000
        }
        ```

        Durations take a unit (`500ms`, `5s`, `2m`), sizes too (`64KiB`); "no limit" is written `infinite`. A value out
        of its range stops the start, with a message that names every fault at once.


        """;

    public static string Render()
    {
        var sections = Sources.SelectMany(x => HoconText.Read(Repository.Lines(x)).All())
            .Where(x => x.Keys.Count > 0).ToArray();
        var page = new StringBuilder(Head);
        foreach (var section in sections)
            page.Append(Invariant($"- {Link(section.Path)}\n"));
        var known = sections.Select(x => x.Path).ToHashSet();
        foreach (var section in sections)
            Append(page, section, known);
        return page.ToString();
    }

    private static void Append(StringBuilder page, HoconSection section, HashSet<string> known)
    {
        page.Append(Invariant($"\n## `{section.Path}`\n\n"));
        if (section.Comment.Length > 0)
            page.Append(Prose(section.Comment, known)).Append("\n\n");
        page.Append("| key | default | meaning |\n| --- | --- | --- |\n");
        foreach (var keys in section.Keys)
        {
            var paths = string.Join("<br>", keys.Keys.Select(x => $"`{x.Path}`"));
            var defaults = string.Join("<br>", keys.Keys.Select(x => $"`{Cell(x.Default)}`"));
            var meaning = keys.Comment.Length > 0 ? Prose(keys.Comment, known) : "as said above";
            page.Append(Invariant($"| {paths} | {defaults} | {meaning} |\n"));
        }
    }

    /// <summary>A comment as Markdown: signs that Markdown knows are taken literally, names of sections lead
    /// there.</summary>
    private static string Prose(string comment, HashSet<string> known)
    {
        var text = Cell(Special().Replace(comment, @"\$0").Replace("<", "&lt;", StringComparison.Ordinal));
        text = Page().Replace(text, "[$0]($1)");
        return Section().Replace(text, x => known.Contains(x.Value) ? Link(x.Value) : $"`{x.Value}`");
    }

    private static string Cell(string text) => text.Replace("|", @"\|", StringComparison.Ordinal);

    private static string Link(string section) =>
        $"[`{section}`](#{section.Replace(".", "", StringComparison.Ordinal)})";

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    [GeneratedRegex(@"[\\`*_]")]
    private static partial Regex Special();

    [GeneratedRegex(@"docs/guide/([\w-]+\.md)")]
    private static partial Regex Page();

    [GeneratedRegex(@"\baleph(\.[a-z-]+)+\b(?!\.conf)")]
    private static partial Regex Section();
}
