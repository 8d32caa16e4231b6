using Aleph.Actors.Http;
using Xunit;

namespace Aleph.Actors.Tests.Messages;

public class HttpMessageTests
{
    [Theory]
    [InlineData(99)]
    [InlineData(1000)]
    [InlineData(-100)]
    [InlineData(0)]
    public void Refuses_a_status_that_is_none(int code)
    {
        var fault = Assert.Throws<ArgumentOutOfRangeException>(() => new HttpStatus(code));
        Assert.Contains($"The status is {code}; it must be 100 to 999", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100, "Continue")]
    [InlineData(413, "Content Too Large")]
    [InlineData(999, "")]
    public void Knows_the_reason_phrase_of_a_status(int code, string phrase) =>
        Assert.Equal(phrase, new HttpStatus(code).ReasonPhrase);

    [Fact]
    public void The_default_status_is_200() => Assert.Equal(HttpStatus.Ok.Code, default(HttpStatus).Code);

    [Fact]
    public void The_default_status_equals_200() => Assert.Equal(HttpStatus.Ok, default(HttpStatus));

    [Fact]
    public void Refuses_a_reason_phrase_that_could_split_a_message() =>
        Assert.Throws<ArgumentException>(() => HttpResponse.Of(200).WithStatus(200, "a\r\nb: c"));

    [Fact]
    public void Refuses_a_method_that_is_no_token() =>
        Assert.Throws<ArgumentException>(() => new HttpRequest("GE T", "/"));

    [Fact]
    public void A_request_made_by_hand_has_its_parts()
    {
        var request = new HttpRequest("PUT", "/a%20b?c=d", HttpHeaders.Of(("Host", "h")), HttpBody.From("x"));
        Assert.Equal(
            ("PUT", "/a%20b?c=d", "/a b", "c=d", "h", 1L, 0L),
            (request.Method, request.Target, request.Path, request.Query, request.Host, request.Body.Length,
                request.ConnectionId));
        Assert.False(request.Aborted.CanBeCanceled);
    }

    [Fact]
    public void Knows_which_methods_are_safe_and_which_idempotent()
    {
        Assert.Equal(
            ["GET", "HEAD", "OPTIONS", "TRACE"],
            new[] { "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "get" }.Where(
                HttpMethods.IsSafe));
        Assert.True(HttpMethods.IsIdempotent("DELETE"));
        Assert.False(HttpMethods.IsIdempotent("POST"));
    }

    [Fact]
    public void A_change_of_a_response_leaves_the_original_alone()
    {
        var original = HttpResponse.Text("a");
        var changed = original.WithStatus(201).WithHeader("X", "y").WithBody(HttpBody.Empty);
        Assert.Equal((200, 1L, false), (original.Status.Code, original.Body.Length, original.Headers.Contains("X")));
        Assert.Equal((201, 0L, true), (changed.Status.Code, changed.Body.Length, changed.Headers.Contains("X")));
    }
}
