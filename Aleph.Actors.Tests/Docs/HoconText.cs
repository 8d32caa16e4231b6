using System.Text.RegularExpressions;

namespace Aleph.Actors.Tests.Docs;

/// <summary>
/// Reads a file of <c>hocon/</c> with its comments, which Akka's parser drops. Knows the form that these files have: a
/// key or the brace of a section on a line of its own, its comment right before it.
/// </summary>
internal sealed partial class HoconText
{
    private readonly Stack<HoconSection> _open = new([new HoconSection("", "")]);
    private readonly List<string> _comment = [];
    private HoconKeys? _together;
    private string _value = "";

    private HoconText()
    {
    }

    /// <summary>The nameless section of the whole file; its comment is the one that the file begins with.</summary>
    public static HoconSection Read(IEnumerable<string> lines)
    {
        var text = new HoconText();
        var head = "";
        foreach (var line in lines.Select(x => x.Trim()))
        {
            if (line.Length == 0 && head.Length == 0)
                head = text.TakeComment();
            text.Add(line);
        }

        return text._open.Single() with { Comment = head };
    }

    private void Add(string line)
    {
        if (_value.Length > 0)
            AddValue(_value + " " + line);
        else if (line.Length == 0)
            _together = null;
        else if (line[0] == '#')
            AddComment(line[1..].Trim());
        else if (line == "}")
            Close();
        else if (line.EndsWith('{'))
            Open(line[..^1].Trim());
        else
            AddValue(line);
    }

    private void AddComment(string line)
    {
        _together = null;
        _comment.Add(line);
    }

    private void Open(string name)
    {
        // Right after keys, a section without a comment of its own is of theirs.
        var comment = _comment.Count > 0 ? TakeComment() : _together?.Comment ?? "";
        var section = new HoconSection(Below(name), comment);
        _open.Peek().Sections.Add(section);
        _open.Push(section);
        _together = null;
    }

    private void Close()
    {
        _open.Pop();
        _together = null;
    }

    private void AddValue(string text)
    {
        // A list may go over several lines.
        if (text.Count(x => x == '[') > text.Count(x => x == ']'))
        {
            _value = text;
            return;
        }

        _value = "";
        var match = KeyAndValue().Match(text);
        if (!match.Success)
            throw new FormatException($"Neither comment, section nor key: {text}");
        if (_together is null)
        {
            _together = new HoconKeys(TakeComment());
            _open.Peek().Keys.Add(_together);
        }

        var value = match.Groups["value"].Value.Replace("[ ", "[", StringComparison.Ordinal)
            .Replace(" ]", "]", StringComparison.Ordinal);
        _together.Keys.Add((Below(match.Groups["key"].Value), value));
    }

    private string TakeComment()
    {
        var comment = string.Join(' ', _comment);
        _comment.Clear();
        return comment;
    }

    private string Below(string name) => _open.Peek().Path is { Length: > 0 } path ? $"{path}.{name}" : name;

    [GeneratedRegex(@"^(?<key>[\w.-]+)\s*=\s*(?<value>.+)$")]
    private static partial Regex KeyAndValue();
}
