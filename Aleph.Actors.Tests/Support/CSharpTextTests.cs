using Xunit;

namespace Aleph.Actors.Tests.Support;

public sealed class CSharpTextTests
{
    [Theory]
    [InlineData("a // Socket")]
    [InlineData("a /// <see cref=\"Socket\"/>")]
    [InlineData("a /* Socket */")]
    [InlineData("a \"Socket\"")]
    [InlineData("a \"\\\"Socket\"")]
    [InlineData("a @\"\"\"Socket\"")]
    [InlineData("a \"\"\"\"Socket \"\"\" Socket\"\"\"\"")]
    [InlineData("a '\"' /* Socket */ '\"'")]
    public void Leaves_out_comments_and_literals(string source)
    {
        var code = CSharpText.CodeOnly(source);
        Assert.DoesNotContain("Socket", code, StringComparison.Ordinal);
        Assert.StartsWith("a ", code, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"//\" + Socket")]
    [InlineData("'\"' + Socket + '\"'")]
    [InlineData("@\"\\\" + Socket")]
    [InlineData("\"\"\"text\"\"\" + Socket + \"\"\"text\"\"\"")]
    public void Keeps_code_between_literals(string source) =>
        Assert.Contains("Socket", CSharpText.CodeOnly(source), StringComparison.Ordinal);

    [Fact]
    public void Keeps_the_number_of_lines() =>
        Assert.Equal("a\n\n\nb", CSharpText.CodeOnly("a/*\n\n*/\nb").Replace(" ", "", StringComparison.Ordinal));
}
