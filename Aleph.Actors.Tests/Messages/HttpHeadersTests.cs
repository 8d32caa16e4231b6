using Aleph.Actors.Http;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Xunit;

namespace Aleph.Actors.Tests.Messages;

public class HttpHeadersTests
{
    private static readonly HttpHeaders Some = HttpHeaders.Of(("A", "1"), ("b", "2"), ("a", "3"), ("C", ""));

    [Fact]
    public void Keeps_order_case_and_duplicates() =>
        Assert.Equal(
            [new HttpField("A", "1"), new HttpField("b", "2"), new HttpField("a", "3"), new HttpField("C", "")], Some);

    [Theory]
    [Trait("rfc", "9110-5.3")]
    [InlineData("a", "1, 3")]
    [InlineData("A", "1, 3")]
    [InlineData("B", "2")]
    [InlineData("c", "")]
    [InlineData("d", null)]
    public void Finds_by_name_whatever_its_case_and_joins_what_was_repeated(string name, string? value)
    {
        Assert.Equal(value, Some[name]);
        Assert.Equal(value is not null, Some.Contains(name));
    }

    [Fact]
    public void Gives_the_values_of_a_repeated_field_one_by_one() => Assert.Equal(["1", "3"], Some.GetAll("a"));

    [Fact]
    public void Replaces_in_the_place_of_the_first_line() =>
        Assert.Equal("a: x\nb: 2\nC: ", Some.With("a", "x").ToString());

    [Fact]
    public void Replaces_at_the_end_what_was_absent() =>
        Assert.Equal("A: 1\nb: 2\na: 3\nC: \nD: 4", Some.With("D", "4").ToString());

    [Fact]
    public void Removes_every_line_of_a_name() => Assert.Equal("b: 2\nC: ", Some.Without("A").ToString());

    [Fact]
    public void A_change_leaves_the_original_alone()
    {
        _ = Some.Add("x", "y").With("A", "z").Without("b");
        Assert.Equal("A: 1\nb: 2\na: 3\nC: ", Some.ToString());
    }

    [Theory]
    [Trait("rfc", "9110-5.1")]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a:")]
    [InlineData("a\r\nb")]
    [InlineData("é")]
    [InlineData("a\0")]
    [InlineData("[a]")]
    public void Refuses_a_name_that_is_no_token(string name)
    {
        var fault = Assert.Throws<ArgumentException>(() => HttpHeaders.Empty.Add(name, "v"));
        Assert.Contains("RFC 9110 5.1", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', fault.Message);
    }

    [Theory]
    [Trait("rfc", "9110-5.5")]
    [InlineData("a\r\nSet-Cookie: b")]
    [InlineData("a\nb")]
    [InlineData("a\rb")]
    [InlineData("a\0b")]
    [InlineData("\u007f")]
    [InlineData("\u0001")]
    [InlineData("\u0100")]
    public void Refuses_a_value_that_could_split_a_message(string value)
    {
        Assert.Throws<ArgumentException>(() => HttpHeaders.Of(("x", value)));
        Assert.Throws<ArgumentException>(() => HttpHeaders.Empty.Add("x", value));
        Assert.Throws<ArgumentException>(() => HttpHeaders.Empty.With("x", value));
        Assert.Throws<ArgumentException>(() => HttpResponse.Of(200).WithHeader("x", value));
    }

    [Theory]
    [InlineData("a\tb c")]
    [InlineData("caf\u00e9")]
    [InlineData("")]
    public void Takes_what_a_field_value_may_hold(string value) =>
        Assert.Equal(value, HttpHeaders.Empty.Add("x", value)["X"]);

    [Fact]
    public void Trims_blanks_around_a_value() => Assert.Equal("a b", HttpHeaders.Of(("x", " \ta b "))["x"]);

    [Property]
    public Property Adding_gives_back_what_was_added() =>
        Prop.ForAll(
            Gen.Elements("a", "A", "bc", "Bc", "x-y").Select(n => (n, n.Length.ToString()))
                .ListOf().ToArbitrary(),
            fields =>
            {
                var headers = fields.Aggregate(HttpHeaders.Empty, (all, f) => all.Add(f.Item1, f.Item2));
                return headers.SequenceEqual(fields.Select(f => new HttpField(f.Item1, f.Item2)))
                    && headers.Count == fields.Count;
            });
}
