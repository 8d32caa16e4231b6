namespace Aleph.Actors.Http.Exchanges;

/// <summary>The errors of an exchange that are not errors of syntax.</summary>
internal static class ExchangeErrors
{
    public static ProtocolError BodyGivenUp { get; } = new(
        HttpStatus.BadRequest, "exchange_ended", "The exchange has ended; its body can no longer be read.");

    public static ProtocolError PeerLeft { get; } = new(
        HttpStatus.BadRequest, "unexpected_end_of_request_content",
            "The client left before its request was complete (RFC 9112 8).");

    public static ProtocolError BodyTooSlow { get; } = new(
        408, "min_request_body_data_rate", "The request's content came too slowly (RFC 9110 15.5.9).");

    public static ProtocolError HeadTooSlow { get; } = new(
        408, "request_headers_timeout", "The request's head took too long (RFC 9110 15.5.9).");

    public static ProtocolError HandlerTooSlow { get; } = new(
        HttpStatus.ServiceUnavailable, "handler_timeout", "The server took too long to answer (RFC 9110 15.6.4).");

    public static ProtocolError UnknownExpectation { get; } = new(
        HttpStatus.ExpectationFailed, "unknown_expectation",
            "The only expectation known is 100-continue (RFC 9110 10.1.1).");
}
