using Xunit;

namespace Aleph.Actors.Tests.Support;

public sealed class ToolTests
{
    [SkippableFact]
    public async Task A_tool_that_is_there_runs()
    {
        var result = await Tool.Python.RunAsync(Waiting.Patience, "-c", "print(6 * 7)");
        Assert.Equal(new ToolResult(0, "42\n", ""), result);
    }

    [Fact]
    public void A_missing_tool_skips_with_its_name()
    {
        var skip = Assert.Throws<SkipException>(() => new Tool("no-such-program-anywhere").Require());
        Assert.Equal("no-such-program-anywhere is not installed on this machine.", skip.Message);
    }
}
