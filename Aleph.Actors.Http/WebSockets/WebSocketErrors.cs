namespace Aleph.Actors.Http.WebSockets;

/// <summary>Every fault that frames and messages know: close code, code for metrics, sentence for the peer.</summary>
internal static class WebSocketErrors
{
    public static WebSocketFault ReservedBits { get; } = new(
        1002, "reserved_bits", "A frame has a reserved bit set that no extension defines (RFC 6455 5.2).");

    public static WebSocketFault CompressedContinuation { get; } = new(
        1002, "compressed_continuation", "A frame other than a message's first has RSV1 set (RFC 7692 6.1).");

    public static WebSocketFault UnknownOpcode { get; } = new(
        1002, "unknown_opcode", "A frame has an opcode that is not defined (RFC 6455 5.2).");

    public static WebSocketFault FragmentedControl { get; } = new(
        1002, "fragmented_control_frame", "A control frame is fragmented (RFC 6455 5.5).");

    public static WebSocketFault LongControl { get; } = new(
        1002, "control_frame_too_long", "A control frame has more than 125 octets (RFC 6455 5.5).");

    public static WebSocketFault NotMasked { get; } = new(
        1002, "frame_not_masked", "A client's frame is not masked (RFC 6455 5.1).");

    public static WebSocketFault Masked { get; } = new(
        1002, "frame_masked", "A server's frame is masked (RFC 6455 5.1).");

    public static WebSocketFault LengthNotMinimal { get; } = new(
        1002, "length_not_minimal", "A payload length is not in its shortest form (RFC 6455 5.2).");

    public static WebSocketFault LengthTooLarge { get; } = new(
        1002, "length_negative", "A payload length has its highest bit set (RFC 6455 5.2).");

    public static WebSocketFault StrayContinuation { get; } = new(
        1002, "stray_continuation", "A continuation frame came without a message to continue (RFC 6455 5.4).");

    public static WebSocketFault MessageInterrupted { get; } = new(
        1002, "message_interrupted", "A message began before the last one had ended (RFC 6455 5.4).");

    public static WebSocketFault CloseTooShort { get; } = new(
        1002, "close_too_short", "A Close frame has one octet; a code takes two (RFC 6455 5.5.1).");

    public static WebSocketFault CloseCode { get; } = new(
        1002, "invalid_close_code", "A Close frame has a code that may not be sent (RFC 6455 7.4).");

    public static WebSocketFault CloseReason { get; } = new(
        1007, "invalid_close_reason", "The reason of a Close frame is not UTF-8 (RFC 6455 5.5.1).");

    public static WebSocketFault InvalidText { get; } = new(
        1007, "invalid_text", "A text message is not UTF-8 (RFC 6455 8.1).");

    public static WebSocketFault InvalidCompression { get; } = new(
        1007, "invalid_compression", "A compressed message cannot be decompressed (RFC 7692 7.2.2).");

    public static WebSocketFault FrameTooLarge(long limit) => new(
        1009, "frame_too_large", $"A frame is longer than {limit} octets (RFC 6455 10.4).");

    public static WebSocketFault MessageTooLarge(long limit) => new(
        1009, "message_too_large", $"A message is longer than {limit} octets (RFC 6455 10.4).");

    public static WebSocketFault TooManyFragments(int limit) => new(
        1009, "too_many_fragments", $"A message has more than {limit} frames (RFC 6455 10.4).");
}
