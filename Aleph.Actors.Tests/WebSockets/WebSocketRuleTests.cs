using System.Reflection;
using Xunit;

namespace Aleph.Actors.Tests.WebSockets;

/// <summary>
/// Every MUST of RFC 6455, sections 5 to 8, and RFC 7692, section 7, that an endpoint can keep or break, with the test
/// that holds us to it. Those on intermediaries and on extensions that do not exist are left out.
/// </summary>
public sealed class WebSocketRuleTests
{
    private static readonly Rule[] All =
    [
        new(
            "6455-5.1", "A client masks every frame",
            typeof(FrameWritingTests), nameof(FrameWritingTests.A_client_MUST_mask_every_frame_with_a_fresh_key)),
        new(
            "6455-5.1", "A server closes upon a frame that is not masked",
            typeof(FrameReadingTests), nameof(FrameReadingTests.A_server_MUST_close_upon_a_frame_that_is_not_masked)),
        new(
            "6455-5.1", "A server masks no frame",
            typeof(FrameWritingTests),
            nameof(FrameWritingTests.A_servers_frame_is_in_its_shortest_form_and_not_masked)),
        new(
            "6455-5.1", "A client closes upon a masked frame",
            typeof(FrameReadingTests), nameof(FrameReadingTests.A_client_MUST_close_upon_a_masked_frame)),
        new(
            "6455-5.1", "The same over a connection",
            typeof(WebSocketClientTests), nameof(WebSocketClientTests.A_client_MUST_close_when_a_frame_is_masked)),
        new(
            "6455-5.2", "Reserved bits are 0 unless an extension was agreed on",
            typeof(FrameReadingTests), nameof(FrameReadingTests.Reserved_bits_MUST_be_0_unless_negotiated)),
        new(
            "6455-5.2", "An unknown opcode fails the connection",
            typeof(FrameReadingTests), nameof(FrameReadingTests.An_unknown_opcode_MUST_fail_the_connection)),
        new(
            "6455-5.2", "A length is written in its shortest form",
            typeof(FrameWritingTests),
            nameof(FrameWritingTests.A_servers_frame_is_in_its_shortest_form_and_not_masked)),
        new(
            "6455-5.2", "A length is read in its shortest form",
            typeof(FrameReadingTests), nameof(FrameReadingTests.A_length_MUST_be_in_its_shortest_form)),
        new(
            "6455-5.2", "The highest bit of a length is 0",
            typeof(FrameReadingTests), nameof(FrameReadingTests.The_highest_bit_of_a_length_MUST_be_0)),
        new(
            "6455-5.3", "A masking key is fresh for every frame",
            typeof(FrameWritingTests), nameof(FrameWritingTests.A_client_MUST_mask_every_frame_with_a_fresh_key)),
        new(
            "6455-5.3", "Masking is undone by masking",
            typeof(FramePropertyTests), nameof(FramePropertyTests.Masking_twice_gives_the_octets_back)),
        new(
            "6455-5.4", "Control frames are handled amid a fragmented message",
            typeof(FrameReadingTests), nameof(FrameReadingTests.Control_frames_MAY_come_between_fragments)),
        new(
            "6455-5.4", "Fragments are delivered in the order in which they were sent",
            typeof(WebSocketServerTests), nameof(WebSocketServerTests.Concurrent_messages_are_whole_and_in_order)),
        new(
            "6455-5.4", "Fragments of two messages are not interleaved",
            typeof(FrameReadingTests), nameof(FrameReadingTests.Messages_MUST_NOT_be_interleaved)),
        new(
            "6455-5.4", "A continuation continues a message",
            typeof(FrameReadingTests), nameof(FrameReadingTests.A_continuation_MUST_continue_something)),
        new(
            "6455-5.4", "Fragmented and unfragmented messages are received",
            typeof(FrameReadingTests), nameof(FrameReadingTests.Reads_the_examples_of_the_RFC)),
        new(
            "6455-5.4", "All fragments of a message are of its type",
            typeof(FrameWritingTests),
            nameof(FrameWritingTests.Pieces_are_frames_of_one_message_and_control_frames_go_between)),
        new(
            "6455-5.5", "Control frames are not fragmented",
            typeof(FrameReadingTests), nameof(FrameReadingTests.Control_frames_MUST_NOT_be_fragmented)),
        new(
            "6455-5.5", "Control frames have at most 125 octets",
            typeof(FrameReadingTests), nameof(FrameReadingTests.Control_frames_MUST_have_at_most_125_octets)),
        new(
            "6455-5.5.1", "The content of a Close begins with a code",
            typeof(FrameReadingTests), nameof(FrameReadingTests.A_Close_with_a_body_MUST_begin_with_two_octets)),
        new(
            "6455-5.5.1", "The reason of a Close is UTF-8",
            typeof(FrameReadingTests), nameof(FrameReadingTests.The_reason_of_a_Close_MUST_be_UTF_8)),
        new(
            "6455-5.5.1", "No data follows our Close",
            typeof(FrameWritingTests), nameof(FrameWritingTests.There_is_one_Close_and_nothing_after_it)),
        new(
            "6455-5.5.1", "A Close is answered with a Close",
            typeof(WebSocketServerTests),
            nameof(WebSocketServerTests.A_Close_MUST_be_answered_with_a_Close_and_the_server_ends_the_connection)),
        new(
            "6455-5.5.1", "Also amid a message",
            typeof(WebSocketReliabilityTests),
            nameof(WebSocketReliabilityTests.A_Close_amid_a_message_is_answered_and_the_message_is_never_seen)),
        new(
            "6455-5.5.1", "After both Closes the server ends the connection at once",
            typeof(WebSocketServerTests),
            nameof(WebSocketServerTests.A_Close_MUST_be_answered_with_a_Close_and_the_server_ends_the_connection)),
        new(
            "6455-5.5.2", "A Ping is answered with a Pong",
            typeof(WebSocketServerTests),
            nameof(WebSocketServerTests.A_Ping_MUST_be_answered_with_a_Pong_of_the_same_payload)),
        new(
            "6455-5.5.3", "A Pong has the payload of its Ping",
            typeof(WebSocketServerTests),
            nameof(WebSocketServerTests.A_Ping_MUST_be_answered_with_a_Pong_of_the_same_payload)),
        new(
            "6455-5.5.3", "A Pong that nobody asked for is no fault",
            typeof(WebSocketServerTests), nameof(WebSocketServerTests.An_unsolicited_Pong_is_no_fault)),
        new(
            "6455-5.6", "Text is UTF-8",
            typeof(FrameReadingTests), nameof(FrameReadingTests.Text_that_is_not_UTF_8_MUST_fail_the_connection)),
        new(
            "6455-5.8", "Extensions are agreed on before they are used",
            typeof(DeflateNegotiationTests),
            nameof(DeflateNegotiationTests.An_extension_that_was_not_offered_fails_the_client)),
        new(
            "6455-6.1", "Only an open WebSocket sends",
            typeof(WebSocketServerTests),
            nameof(WebSocketServerTests.A_Close_MUST_be_answered_with_a_Close_and_the_server_ends_the_connection)),
        new(
            "6455-6.1", "The first frame has the opcode, the last one FIN",
            typeof(FrameWritingTests),
            nameof(FrameWritingTests.Pieces_are_frames_of_one_message_and_control_frames_go_between)),
        new(
            "6455-6.1", "A client's frames are masked",
            typeof(FrameWritingTests), nameof(FrameWritingTests.A_client_MUST_mask_every_frame_with_a_fresh_key)),
        new(
            "6455-6.2", "What comes is read as frames, in any segments",
            typeof(WebSocketServerTests), nameof(WebSocketServerTests.Reads_frames_in_any_segments)),
        new(
            "6455-6.2", "A server removes the mask",
            typeof(FrameReadingTests), nameof(FrameReadingTests.Reads_payloads_at_both_sides_of_each_form_of_length)),
        new(
            "6455-6.2", "A message is what all its frames contain",
            typeof(FrameReadingTests), nameof(FrameReadingTests.Control_frames_MAY_come_between_fragments)),
        new(
            "6455-7.1.1", "The server ends the connection first",
            typeof(WebSocketClientEndTests),
            nameof(WebSocketClientEndTests.A_client_lets_the_server_end_the_connection)),
        new(
            "6455-7.1.1", "A client ends it where the server does not",
            typeof(WebSocketClientEndTests),
            nameof(WebSocketClientEndTests.A_server_that_does_not_end_the_connection_is_waited_for_up_to_the_limit)),
        new(
            "6455-7.1.2", "A closing handshake sends one Close, with its code and reason",
            typeof(WebSocketServerTests), nameof(WebSocketServerTests.Of_ten_closes_one_is_sent_and_all_see_the_peers)),
        new(
            "6455-7.1.3", "Closes that cross are one handshake",
            typeof(WebSocketReliabilityTests),
            nameof(WebSocketReliabilityTests.Closes_of_both_sides_that_cross_are_one_handshake)),
        new(
            "6455-7.1.5", "A Close without a code is 1005",
            typeof(WebSocketServerTests), nameof(WebSocketServerTests.An_empty_Close_is_answered_with_an_empty_one)),
        new(
            "6455-7.1.5", "An end without a Close is 1006",
            typeof(WebSocketServerTests), nameof(WebSocketServerTests.An_end_without_a_Close_is_1006)),
        new(
            "6455-7.1.7", "A server that fails a WebSocket reads nothing more of it",
            typeof(WebSocketReliabilityTests),
            nameof(WebSocketReliabilityTests.After_a_fault_nothing_is_read_and_nothing_more_is_said)),
        new(
            "6455-7.1.7", "A client that fails a WebSocket says why",
            typeof(WebSocketClientEndTests), nameof(WebSocketClientEndTests.A_fault_of_the_server_is_told_by_a_Close)),
        new(
            "6455-7.2.1", "A client fails a WebSocket whose handshake is wrong",
            typeof(WebSocketClientTests),
            nameof(WebSocketClientTests.MUST_fail_the_connection_when_the_answer_is_wrong)),
        new(
            "6455-7.2.3", "Clients that connect again wait, longer each time",
            typeof(ReconnectingWebSocketTests),
            nameof(ReconnectingWebSocketTests.Waits_double_up_to_a_limit_and_a_share_is_left_to_chance)),
        new(
            "6455-7.4.1", "1004, 1005, 1006 and 1015 are not sent",
            typeof(WebSocketServerTests),
            nameof(WebSocketServerTests.A_code_that_may_not_be_sent_is_refused_to_its_caller)),
        new(
            "6455-7.4.1", "1004, 1005, 1006 and 1015 are not taken",
            typeof(FrameReadingTests), nameof(FrameReadingTests.Codes_that_MUST_NOT_be_sent_are_refused)),
        new(
            "6455-7.4.2", "Codes below 1000 and those that nobody registered are not used",
            typeof(FrameReadingTests), nameof(FrameReadingTests.Codes_that_MUST_NOT_be_sent_are_refused)),
        new(
            "6455-7.4.2", "Codes of libraries and applications are used",
            typeof(FrameReadingTests), nameof(FrameReadingTests.Codes_that_may_be_sent_are_read)),
        new(
            "6455-8.1", "Text that is not UTF-8 fails the connection",
            typeof(FrameReadingTests), nameof(FrameReadingTests.Text_that_is_not_UTF_8_MUST_fail_the_connection)),
        new(
            "7692-7.1", "A server declines an offer with an unknown, repeated or wrong parameter",
            typeof(DeflateNegotiationTests),
            nameof(DeflateNegotiationTests.An_offer_that_breaks_a_rule_MUST_be_declined)),
        new(
            "7692-7.1", "A client fails upon such an answer",
            typeof(DeflateNegotiationTests),
            nameof(DeflateNegotiationTests.A_client_MUST_fail_upon_an_answer_that_breaks_a_rule)),
        new(
            "7692-7.1", "The same over a connection",
            typeof(WebSocketClientTests),
            nameof(WebSocketClientTests.MUST_fail_the_connection_when_the_answer_is_wrong)),
        new(
            "7692-7.1.1.1", "A server that was asked for no takeover answers so",
            typeof(DeflateNegotiationTests), nameof(DeflateNegotiationTests.Every_legal_offer_is_accepted)),
        new(
            "7692-7.1.1.1", "And keeps no context then",
            typeof(DeflateTests), nameof(DeflateTests.Without_takeover_every_message_stands_alone)),
        new(
            "7692-7.1.1.2", "A client that was told so keeps no context",
            typeof(DeflateTests), nameof(DeflateTests.Without_takeover_every_message_stands_alone)),
        new(
            "7692-7.1.2.1", "A window has 8 to 15 bits, without leading zeros",
            typeof(DeflateNegotiationTests),
            nameof(DeflateNegotiationTests.An_offer_that_breaks_a_rule_MUST_be_declined)),
        new(
            "7692-7.1.2.1", "A server that was given a window answers one that is not larger",
            typeof(DeflateNegotiationTests), nameof(DeflateNegotiationTests.Every_legal_offer_is_accepted)),
        new(
            "7692-7.1.2.1", "A client that gave a window fails upon an answer without it",
            typeof(DeflateNegotiationTests),
            nameof(DeflateNegotiationTests.A_client_that_limited_the_servers_window_MUST_get_that_limit)),
        new(
            "7692-7.1.2.2", "A server limits the client's window only where that was offered",
            typeof(DeflateNegotiationTests), nameof(DeflateNegotiationTests.Every_legal_offer_is_accepted)),
        new(
            "7692-7.2.1", "No distance is longer than the window",
            typeof(DeflateTests), nameof(DeflateTests.No_distance_reaches_beyond_the_window)),
        new(
            "7692-7.2.1", "RSV1 is set on compressed messages alone",
            typeof(WebSocketServerTests),
            nameof(WebSocketServerTests.Compresses_from_the_threshold_on_unless_told_otherwise)),
        new(
            "7692-7.2.1", "RSV1 is set on the first frame alone",
            typeof(DeflateTests), nameof(DeflateTests.A_fragmented_message_has_RSV1_on_its_first_frame_only)),
        new(
            "7692-7.2.1", "Control frames are not compressed",
            typeof(DeflateTests), nameof(DeflateTests.Control_frames_MUST_NOT_be_compressed)),
        new(
            "7692-7.2.2", "Every deflate stream is read: stored, final, of several blocks",
            typeof(DeflateTests), nameof(DeflateTests.Reads_the_examples_of_the_RFC)),
        new(
            "7692-7.2.2", "What cannot be decompressed fails the connection",
            typeof(DeflateTests), nameof(DeflateTests.What_cannot_be_decompressed_fails_the_connection)),
        new(
            "7692-7.2.3", "A context that was agreed on is taken over",
            typeof(DeflateTests), nameof(DeflateTests.A_context_is_taken_over_from_message_to_message)),
    ];

    /// <summary>The subsections that have a MUST for endpoints, each of which needs a rule above.</summary>
    private static readonly string[] Sections =
    [
        "6455-5.1", "6455-5.2", "6455-5.3", "6455-5.4", "6455-5.5", "6455-5.5.1", "6455-5.5.2", "6455-5.5.3",
        "6455-5.6", "6455-5.8", "6455-6.1", "6455-6.2", "6455-7.1.1", "6455-7.1.2", "6455-7.1.3", "6455-7.1.5",
        "6455-7.1.7", "6455-7.2.1", "6455-7.2.3", "6455-7.4.1", "6455-7.4.2", "6455-8.1", "7692-7.1", "7692-7.1.1.1",
        "7692-7.1.1.2", "7692-7.1.2.1", "7692-7.1.2.2", "7692-7.2.1", "7692-7.2.2", "7692-7.2.3",
    ];

    /// <summary>What hostile peers are known to try, by a number for each class.</summary>
    private static readonly Abuse[] Abuses =
    [
        new(
            "37 lengths that overflow",
            typeof(FrameReadingTests), nameof(FrameReadingTests.The_highest_bit_of_a_length_MUST_be_0)),
        new(
            "37 the greatest length",
            typeof(FrameReadingTests), nameof(FrameReadingTests.The_greatest_length_is_refused_by_its_header)),
        new(
            "37 a Ping of 126 octets",
            typeof(FrameReadingTests), nameof(FrameReadingTests.Control_frames_MUST_have_at_most_125_octets)),
        new(
            "38 frames of clients without a mask",
            typeof(FrameReadingTests), nameof(FrameReadingTests.A_server_MUST_close_upon_a_frame_that_is_not_masked)),
        new(
            "38 frames of servers with a mask",
            typeof(FrameReadingTests), nameof(FrameReadingTests.A_client_MUST_close_upon_a_masked_frame)),
        new("39 compressed bombs", typeof(DeflateTests), nameof(DeflateTests.A_bomb_is_stopped_at_the_limit)),
        new("39 blocks of nothing", typeof(DeflateTests), nameof(DeflateTests.Blocks_of_nothing_do_not_go_on_for_ever)),
        new(
            "40 parameters of an offer",
            typeof(DeflateNegotiationTests),
            nameof(DeflateNegotiationTests.An_offer_that_breaks_a_rule_MUST_be_declined)),
        new(
            "40 parameters of an answer",
            typeof(WebSocketClientTests),
            nameof(WebSocketClientTests.MUST_fail_the_connection_when_the_answer_is_wrong)),
        new(
            "41 messages without end, and empty frames",
            typeof(WebSocketReliabilityTests),
            nameof(WebSocketReliabilityTests.A_message_of_many_tiny_frames_hits_the_limit_of_frames)),
        new(
            "41 the limit of a message",
            typeof(WebSocketReliabilityTests),
            nameof(WebSocketReliabilityTests.A_message_in_tiny_frames_hits_the_limit_of_size)),
        new(
            "42 Pings whose Pongs nobody reads",
            typeof(WebSocketTimeTests), nameof(WebSocketTimeTests.Pings_that_nobody_reads_the_pongs_of_cost_one_pong)),
        new(
            "43 text",
            typeof(FrameReadingTests), nameof(FrameReadingTests.Text_that_is_not_UTF_8_MUST_fail_the_connection)),
        new(
            "43 codes of a Close",
            typeof(FrameReadingTests), nameof(FrameReadingTests.Codes_that_MUST_NOT_be_sent_are_refused)),
        new(
            "43 a Close of one octet",
            typeof(FrameReadingTests), nameof(FrameReadingTests.A_Close_with_a_body_MUST_begin_with_two_octets)),
        new("43 reasons", typeof(FrameReadingTests), nameof(FrameReadingTests.The_reason_of_a_Close_MUST_be_UTF_8)),
        new(
            "44 fields of a handshake",
            typeof(HandshakeTests), nameof(HandshakeTests.Every_rule_of_the_request_is_checked)),
        new(
            "44 too many fields",
            typeof(HandshakeTests), nameof(HandshakeTests.A_hundred_and_one_fields_are_refused_as_of_any_request)),
        new(
            "44 commas",
            typeof(HandshakeTests), nameof(HandshakeTests.Sixteen_thousand_commas_of_extensions_are_no_extension)),
        new("44 content", typeof(HandshakeTests), nameof(HandshakeTests.A_request_with_content_is_refused)),
        new(
            "44 pages of other origins",
            typeof(HandshakeTests), nameof(HandshakeTests.Pages_of_other_origins_are_kept_out)),
        new(
            "45 a Close that nobody answers",
            typeof(WebSocketTimeTests), nameof(WebSocketTimeTests.A_close_that_is_not_answered_ends_at_its_limit)),
        new(
            "45 an end without a Close",
            typeof(WebSocketServerTests), nameof(WebSocketServerTests.An_end_without_a_Close_is_1006)),
        new(
            "45 data behind a Close",
            typeof(FrameReadingTests), nameof(FrameReadingTests.What_follows_a_Close_is_ignored)),
        new(
            "45 a peer that stays after a fault",
            typeof(WebSocketTimeTests),
            nameof(WebSocketTimeTests.After_a_fault_a_peer_that_stays_is_closed_at_the_limit)),
    ];

    public static TheoryData<string, string> Tests()
    {
        var all = All.Select(x => (x.Class.Name, x.Test)).Concat(Abuses.Select(x => (x.Class.Name, x.Test)));
        var data = new TheoryData<string, string>();
        foreach (var (type, test) in all.Distinct())
            data.Add(type, test);
        return data;
    }

    [Fact]
    public void Every_section_with_a_MUST_has_a_rule() =>
        Assert.Equal(Sections.Order(), All.Select(x => x.Section).Distinct().Order());

    [Fact]
    public void Every_class_of_abuse_from_37_to_45_has_a_test() =>
        Assert.Equal(Enumerable.Range(37, 9), Abuses.Select(x => int.Parse(x.What.Split(' ')[0])).Distinct());

    [Fact]
    public void No_rule_is_listed_twice() =>
        Assert.Equal(All.Length, All.Select(x => (x.Section, x.Text)).Distinct().Count());

    [Theory]
    [MemberData(nameof(Tests))]
    public void The_test_of_a_rule_is_run(string type, string test)
    {
        var own = typeof(WebSocketRuleTests);
        var method = own.Assembly.GetType($"{own.Namespace}.{type}")!.GetMethod(test);
        var fact = method!.GetCustomAttribute<FactAttribute>();
        Assert.NotNull(fact);
        Assert.Null(fact.Skip);
    }

    private sealed record Rule(string Section, string Text, Type Class, string Test);

    private sealed record Abuse(string What, Type Class, string Test);
}
