using Aleph.Actors.Http;
using Aleph.Actors.Http.Http1;
using Xunit;

namespace Aleph.Actors.Tests.Http1;

public class ResponseFramingTests
{
    private static readonly HttpHeaders None = HttpHeaders.Empty;

    [Fact]
    [Trait("rfc", "9112-6.3")]
    public void A_body_of_known_length_has_Content_Length()
    {
        Assert.Equal(new(BodyFraming.Length, 5, true, true), Plan(bodyLength: 5));
        Assert.Equal(new(BodyFraming.Length, 0, true, true), Plan(bodyLength: 0));
        Assert.Equal(new(BodyFraming.Length, 5, true, true), Plan(minor: 0, bodyLength: 5));
    }

    [Fact]
    [Trait("rfc", "9112-6.3")]
    public void A_body_of_unknown_length_is_chunked_or_ends_with_the_connection()
    {
        Assert.Equal(new(BodyFraming.Chunked, 0, true, true), Plan(bodyLength: null));
        Assert.Equal(new(BodyFraming.Chunked, 0, true, false), Plan(bodyLength: null, keepAlive: false));
        Assert.Equal(new(BodyFraming.Close, 0, true, false), Plan(minor: 0, bodyLength: null));
    }

    [Fact]
    [Trait("rfc", "9110-8.6")]
    public void A_Content_Length_of_the_handler_must_agree_with_the_body()
    {
        Assert.Equal(new(BodyFraming.Length, 7, true, true), Plan(headers: Length("7"), bodyLength: 7));
        Assert.Equal(new(BodyFraming.Length, 7, true, true), Plan(headers: Length("7"), bodyLength: null));
        Assert.Equal(new(BodyFraming.Length, 7, true, true), Plan(minor: 0, headers: Length("7"), bodyLength: null));
        Assert.Equal("handler_content_length_mismatch", Fault(headers: Length("7"), bodyLength: 6));
        Assert.Equal("handler_content_length_mismatch", Fault(headers: Length("7"), bodyLength: 0));
    }

    [Theory]
    [InlineData("+7")]
    [InlineData("-1")]
    [InlineData("")]
    [InlineData("7,7")]
    [InlineData("99999999999999999999")]
    public void A_malformed_Content_Length_of_the_handler_is_a_fault(string value) =>
        Assert.Equal("handler_set_invalid_content_length", Fault(headers: Length(value)));

    [Fact]
    public void Two_Content_Lengths_or_a_Transfer_Encoding_of_the_handler_are_faults()
    {
        Assert.Equal("handler_set_invalid_content_length", Fault(headers: Length("7").Add("content-length", "7")));
        Assert.Equal("handler_set_transfer_encoding", Fault(headers: None.Add("transfer-encoding", "chunked")));
    }

    [Fact]
    [Trait("rfc", "9110-9.3.2")]
    public void HEAD_has_the_length_but_no_body()
    {
        Assert.Equal(new(BodyFraming.Length, 5, false, true), Plan("HEAD", bodyLength: 5));
        Assert.Equal(new(BodyFraming.Length, 7, false, true), Plan("HEAD", headers: Length("7")));
        Assert.Equal(new(BodyFraming.Length, 0, false, true), Plan("HEAD", headers: Length("0")));
        Assert.Equal(new(BodyFraming.None, 0, false, true), Plan("HEAD", bodyLength: 0));
        Assert.Equal(new(BodyFraming.None, 0, false, true), Plan("HEAD", bodyLength: null));
        Assert.Equal(new(BodyFraming.None, 0, false, true), Plan("HEAD", minor: 0, bodyLength: null));
        Assert.Equal("handler_content_length_mismatch", Fault("HEAD", headers: Length("7"), bodyLength: 6));
    }

    [Fact]
    [Trait("rfc", "9110-15.3.5")]
    public void Answers_204_without_body_and_length()
    {
        Assert.Equal(new(BodyFraming.None, 0, false, true), Plan(status: 204, bodyLength: 5));
        Assert.Equal(new(BodyFraming.None, 0, false, true), Plan(status: 204, bodyLength: null));
        Assert.Equal(new(BodyFraming.None, 0, false, true), Plan(status: 204, headers: Length("0")));
        Assert.Equal("handler_content_length_not_allowed", Fault(status: 204, headers: Length("5")));
    }

    [Fact]
    [Trait("rfc", "9110-15.3.6")]
    public void Answers_205_with_length_0()
    {
        Assert.Equal(new(BodyFraming.Length, 0, false, true), Plan(status: 205, bodyLength: 5));
        Assert.Equal(new(BodyFraming.Length, 0, false, true), Plan(status: 205, headers: Length("0")));
        Assert.Equal("handler_content_length_not_allowed", Fault(status: 205, headers: Length("5")));
    }

    [Fact]
    [Trait("rfc", "9110-15.4.5")]
    public void Answers_304_without_body()
    {
        Assert.Equal(new(BodyFraming.None, 0, false, true), Plan(status: 304, bodyLength: 0));
        Assert.Equal(new(BodyFraming.None, 0, false, true), Plan(status: 304, bodyLength: 9));
        Assert.Equal(new(BodyFraming.Length, 9, false, true), Plan(status: 304, headers: Length("9"), bodyLength: 0));
    }

    [Fact]
    [Trait("rfc", "9110-9.3.6")]
    public void A_tunnel_has_no_framing_and_goes_on()
    {
        Assert.Equal(new(BodyFraming.None, 0, false, true), Plan(status: 101, keepAlive: false));
        Assert.Equal(new(BodyFraming.None, 0, false, true), Plan("CONNECT", status: 200, bodyLength: null));
        Assert.Equal("handler_content_length_not_allowed", Fault("CONNECT", status: 200, headers: Length("5")));
        Assert.Equal(new(BodyFraming.Length, 5, true, true), Plan("CONNECT", status: 403, bodyLength: 5));
    }

    [Fact]
    [Trait("rfc", "9110-15.2")]
    public void An_informational_status_is_no_final_answer() =>
        Assert.Equal("handler_answered_informational", Fault(status: 100));

    [Theory]
    [Trait("rfc", "9112-9.3")]
    [InlineData("close", false)]
    [InlineData("Close", false)]
    [InlineData("keep-alive, close", false)]
    [InlineData("x", false)]
    [InlineData("Keep-Alive", true)]
    [InlineData("x, keep-alive", true)]
    [InlineData("Upgrade", true)]
    public void A_Connection_field_of_the_handler_decides(string value, bool keepAlive)
    {
        Assert.Equal(keepAlive, Plan(headers: None.Add("Connection", value)).KeepAlive);
        Assert.False(Plan(headers: None.Add("Connection", value), keepAlive: false).KeepAlive);
    }

    private static HttpHeaders Length(string value) => None.Add("Content-Length", value);

    private static ResponsePlan Plan(
        string method = "GET", int minor = 1, bool keepAlive = true, int status = 200, HttpHeaders? headers = null,
        long? bodyLength = 0)
    {
        var plan = ResponseFraming.Plan(
            method, minor, keepAlive, status, headers ?? None, bodyLength, out var fault);
        Assert.Null(fault);
        return plan;
    }

    private static string? Fault(
        string method = "GET", int status = 200, HttpHeaders? headers = null, long? bodyLength = 0)
    {
        ResponseFraming.Plan(method, 1, true, status, headers ?? None, bodyLength, out var fault);
        return fault?.Code;
    }
}
