using Akka.Configuration;
using Akka.Configuration.Hocon;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Docs;

/// <summary>docs/guide/configuration.md says of every key what the reference configuration says of it.</summary>
public sealed class ConfigurationPageTests
{
    /// <summary>Set by <c>.ci/configuration</c>: the page is written instead of compared.</summary>
    private const string Write = "ALEPH_WRITE_CONFIGURATION_PAGE";

    public static TheoryData<string> Sources => new(ConfigurationPage.Sources);

    [Fact]
    public void The_page_is_what_the_reference_configuration_makes_it()
    {
        var page = ConfigurationPage.Render();
        if (Environment.GetEnvironmentVariable(Write) == "1")
            File.WriteAllText(Path.Combine(Repository.Root, ConfigurationPage.Path), page);
        Assert.True(
            page == Repository.Text(ConfigurationPage.Path),
            $"{ConfigurationPage.Path} is not what hocon/ says; write it anew with .ci/configuration.");
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public void Every_key_is_there_with_its_default(string source)
    {
        var parsed = ConfigurationFactory.ParseString(Repository.Text(source));
        var read = Keys(source).ToDictionary(x => x.Path, x => ConfigurationFactory.ParseString($"x = {x.Default}"));
        Assert.Equal(Leaves("", parsed.Root.GetObject()).Order(), read.Keys.Order());
        Assert.All(read, x => Assert.Equal(parsed.GetValue(x.Key).ToString(), x.Value.GetValue("x").ToString()));
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public void Every_key_or_its_section_has_a_comment(string source)
    {
        var silent = from section in HoconText.Read(Repository.Lines(source)).All()
                     from keys in section.Keys
                     where section.Comment.Length + keys.Comment.Length == 0
                     from key in keys.Keys
                     select key.Path;
        Assert.Empty(silent);
    }

    [Fact]
    public void Keys_under_one_comment_stand_together()
    {
        var root = HoconText.Read(
        [
            "# The head", "# of the file.", "",
            "a {", "  # Two", "  # lines.", "  b = 1", "  c = [", "    x, y", "  ]", "",
            "  # Of d.", "  d {", "    e = 2", "  }", "}",
        ]);
        Assert.Equal("The head of the file.", root.Comment);
        var section = Assert.Single(root.Sections);
        var keys = Assert.Single(section.Keys);
        Assert.Equal(("Two lines.", "a.b 1, a.c [x, y]"), (keys.Comment,
            string.Join(", ", keys.Keys.Select(x => $"{x.Path} {x.Default}"))));
        var inner = Assert.Single(section.Sections);
        Assert.Equal(("a.d", "Of d.", ""), (inner.Path, inner.Comment, Assert.Single(inner.Keys).Comment));
    }

    [Fact]
    public void A_line_of_no_known_form_is_refused() =>
        Assert.Throws<FormatException>(() => HoconText.Read(["include \"other\""]));

    private static IEnumerable<(string Path, string Default)> Keys(string source) =>
        from section in HoconText.Read(Repository.Lines(source)).All()
        from keys in section.Keys
        from key in keys.Keys
        select key;

    private static IEnumerable<string> Leaves(string prefix, HoconObject node) =>
        from item in node.Items
        let path = prefix + item.Key
        from leaf in item.Value.IsObject() ? Leaves(path + ".", item.Value.GetObject()) : [path]
        select leaf;
}
