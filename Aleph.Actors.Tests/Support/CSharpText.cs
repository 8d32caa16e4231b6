using System.Text.RegularExpressions;

namespace Aleph.Actors.Tests.Support;

/// <summary>C# source as rules look at it.</summary>
internal static partial class CSharpText
{
    /// <summary>
    /// The source without comments and without what string and character literals hold; line breaks stay.
    /// </summary>
    public static string CodeOnly(string source) =>
        NotCode().Replace(source, x => new string('\n', x.Value.Count(c => c == '\n')));

    // In this order: raw strings, verbatim strings, plain strings, characters, comments.
    [GeneratedRegex("""
        (?<quotes>"{3,}).*?\k<quotes>(?!") |
        (?:@\$|\$@|@)"(?:[^"]|"")*" |
        "(?:[^"\\\n]|\\.)*" |
        '(?:[^'\\\n]|\\.[^'\n]*)' |
        //[^\n]* |
        /\*.*?\*/
        """, RegexOptions.Singleline | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex NotCode();
}
