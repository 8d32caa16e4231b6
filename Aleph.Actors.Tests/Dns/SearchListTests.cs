using Aleph.Actors.Dns;
using Xunit;

namespace Aleph.Actors.Tests.Dns;

public sealed class SearchListTests
{
    [Theory]
    [InlineData("db", 1, "db.x.example db.y.example db")]
    [InlineData("db.a", 1, "db.a db.a.x.example db.a.y.example")]
    [InlineData("db.a", 2, "db.a.x.example db.a.y.example db.a")]
    [InlineData("db.a.b", 2, "db.a.b db.a.b.x.example db.a.b.y.example")]
    [InlineData("db", 0, "db db.x.example db.y.example")]
    [InlineData("db.", 1, "db")]
    [InlineData("db.a.", 5, "db.a")]
    public void Dots_decide_whether_the_name_itself_is_first(string name, int ndots, string expected) =>
        Assert.Equal(
            expected,
            string.Join(' ', SearchList.Candidates(HostName.Parse(name), ["x.example", "Y.example."], ndots)));

    [Fact]
    public void Names_that_become_too_long_are_left_out()
    {
        var name = string.Join('.', Enumerable.Repeat(new string('a', 60), 4));

        Assert.Equal([name], SearchList.Candidates(HostName.Parse(name), ["domain.example"], 1));
    }
}
