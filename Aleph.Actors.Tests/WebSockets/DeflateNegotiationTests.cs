using Aleph.Actors.Http.WebSockets;
using Xunit;

namespace Aleph.Actors.Tests.WebSockets;

/// <summary>RFC 7692 section 7.1: what is agreed on.</summary>
public sealed class DeflateNegotiationTests
{
    private static readonly DeflateParameters Any = new();

    [Theory]
    [Trait("rfc", "7692-7.1")]
    [InlineData("permessage-deflate", "permessage-deflate")]
    [InlineData("permessage-deflate; client_max_window_bits", "permessage-deflate")]
    [InlineData("permessage-deflate;client_max_window_bits=10", "permessage-deflate; client_max_window_bits=10")]
    [InlineData("permessage-deflate; server_max_window_bits=8", "permessage-deflate; server_max_window_bits=8")]
    [InlineData("permessage-deflate; server_max_window_bits=\"10\"", "permessage-deflate; server_max_window_bits=10")]
    [InlineData("permessage-deflate; server_max_window_bits=15", "permessage-deflate")]
    [InlineData("permessage-deflate; server_no_context_takeover", "permessage-deflate; server_no_context_takeover")]
    [InlineData("permessage-deflate; client_no_context_takeover", "permessage-deflate; client_no_context_takeover")]
    [InlineData("x, permessage-deflate; bogus=1, permessage-deflate", "permessage-deflate")]
    [InlineData("permessage-deflate; server_max_window_bits=7,,permessage-deflate ; server_no_context_takeover",
        "permessage-deflate; server_no_context_takeover")]
    public void Every_legal_offer_is_accepted(string offer, string answer) => Assert.Equal(answer, Answer(offer));

    [Theory]
    [Trait("rfc", "7692-7.1")]
    [InlineData("")]
    [InlineData("x-webkit-deflate-frame")]
    [InlineData("Permessage-Deflate")]
    [InlineData("permessage-deflate; bogus")]
    [InlineData("permessage-deflate; server_no_context_takeover=1")]
    [InlineData("permessage-deflate; client_no_context_takeover=true")]
    [InlineData("permessage-deflate; server_max_window_bits")]
    [InlineData("permessage-deflate; server_max_window_bits=7")]
    [InlineData("permessage-deflate; server_max_window_bits=16")]
    [InlineData("permessage-deflate; server_max_window_bits=99")]
    [InlineData("permessage-deflate; server_max_window_bits=09")]
    [InlineData("permessage-deflate; client_max_window_bits=16")]
    [InlineData("permessage-deflate; client_max_window_bits=7")]
    [InlineData("permessage-deflate; client_max_window_bits; client_max_window_bits")]
    [InlineData("permessage-deflate; server_max_window_bits=10; server_max_window_bits=10")]
    public void An_offer_that_breaks_a_rule_MUST_be_declined(string offer) => Assert.Null(Answer(offer));

    [Theory]
    [Trait("rfc", "6455-9.1")]
    [InlineData("permessage-deflate; server_max_window_bits=\"\"")]
    [InlineData("permessage-deflate; server_max_window_bits=")]
    [InlineData("permessage-deflate; =1")]
    [InlineData("permessage-deflate;")]
    [InlineData("a b")]
    [InlineData("a; b=\"c")]
    [InlineData("a; b=\"c\\")]
    [InlineData(";")]
    [InlineData("a/b")]
    public void What_breaks_the_grammar_is_no_list(string value) => Assert.Null(ExtensionItem.Parse([value]));

    [Fact]
    public void Sixteen_thousand_commas_are_an_empty_list() =>
        Assert.Empty(ExtensionItem.Parse([new string(',', 16_384)])!);

    [Fact]
    public void The_server_may_ask_for_less_takeover_than_was_offered()
    {
        var own = new DeflateParameters { ServerNoTakeover = true, ClientNoTakeover = true };
        Assert.Equal(
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
            Answer("permessage-deflate", own));
    }

    [Theory]
    [Trait("rfc", "7692-7.1")]
    [InlineData("permessage-deflate", true)]
    [InlineData("permessage-deflate; client_max_window_bits=9; client_no_context_takeover", true)]
    [InlineData("permessage-deflate; server_max_window_bits=12; server_no_context_takeover", true)]
    [InlineData("permessage-deflate; bogus", false)]
    [InlineData("permessage-deflate; client_max_window_bits", false)]
    [InlineData("permessage-deflate; client_max_window_bits=16", false)]
    [InlineData("permessage-deflate; server_max_window_bits=7", false)]
    [InlineData("permessage-deflate; server_max_window_bits=\"\"", false)]
    [InlineData("permessage-deflate; server_no_context_takeover; server_no_context_takeover", false)]
    [InlineData("permessage-deflate, permessage-deflate", false)]
    [InlineData("x", false)]
    public void A_client_MUST_fail_upon_an_answer_that_breaks_a_rule(string answer, bool isGood) => Assert.Equal(
        isGood, ExtensionItem.Parse([answer]) is { } items && DeflateNegotiation.TryAgree(items, Any, out _));

    [Fact]
    [Trait("rfc", "7692-7.1.2.1")]
    public void A_client_that_limited_the_servers_window_MUST_get_that_limit()
    {
        var own = new DeflateParameters { ServerBits = 10, ServerNoTakeover = true };
        Assert.Equal(
            "permessage-deflate; server_no_context_takeover; server_max_window_bits=10; client_max_window_bits",
            DeflateNegotiation.Offer(own));
        Assert.False(Agrees("permessage-deflate; server_no_context_takeover"));
        Assert.False(Agrees("permessage-deflate; server_max_window_bits=10"));
        Assert.False(Agrees("permessage-deflate; server_no_context_takeover; server_max_window_bits=11"));
        Assert.True(Agrees("permessage-deflate; server_no_context_takeover; server_max_window_bits=9"));

        bool Agrees(string answer) => DeflateNegotiation.TryAgree(ExtensionItem.Parse([answer])!, own, out _);
    }

    [Fact]
    public void An_extension_that_was_not_offered_fails_the_client()
    {
        Assert.True(DeflateNegotiation.TryAgree([], null, out var none));
        Assert.Null(none);
        Assert.False(DeflateNegotiation.TryAgree(ExtensionItem.Parse(["permessage-deflate"])!, null, out _));
    }

    private static string? Answer(string offer, DeflateParameters? own = null) =>
        DeflateNegotiation.Accept(ExtensionItem.Parse([offer])!, own ?? Any) is { } agreed
            ? DeflateNegotiation.Answer(agreed)
            : null;
}
