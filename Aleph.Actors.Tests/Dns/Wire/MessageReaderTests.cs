using System.Diagnostics;
using Aleph.Actors.Dns.Wire;
using FsCheck.Xunit;
using Xunit;

namespace Aleph.Actors.Tests.Dns.Wire;

public sealed class MessageReaderTests
{
    [Fact]
    public void A_query_reads_back_by_hand()
    {
        var octets = new byte[QueryWriter.MaxLength];
        var length = QueryWriter.Write(octets, 0xABCD, new DnsQuestion("a.example", DnsRecordType.Aaaa), true, 1232);
        var ask = new DnsAsk(octets[..length], null!, OverTcp: false);

        Assert.Equal((0xABCD, "a.example", 28, true), (ask.Id, ask.Name, ask.Type, ask.RecursionDesired));
        Assert.Equal((1232, ask.QuestionEnd + 11), (ask.Payload, length));
    }

    [Fact]
    public void A_query_is_no_answer()
    {
        var octets = new byte[QueryWriter.MaxLength];
        var length = QueryWriter.Write(octets, 1, new DnsQuestion("a.example", DnsRecordType.A), true, null);

        Assert.False(MessageReader.TryRead(octets.AsSpan(0, length), out _));
    }

    [Fact]
    public void An_answer_is_read_with_all_of_its_sections()
    {
        var octets = Answer().Address("a.example", "10.0.0.1", 5).Cname("a.example", "b.example", 6).Soa(90, 30)
            .Opt(upperCode: 1).ToArray();

        Assert.True(MessageReader.TryRead(octets, out var message));

        Assert.Equal(new DnsQuestion("a.example", DnsRecordType.A), message.Question);
        Assert.Equal(["10.0.0.1", null], message.Answers.Select(x => x.Address?.ToString()));
        Assert.Equal([null, "b.example"], message.Answers.Select(x => x.Target));
        Assert.Equal([5, 6], message.Answers.Select(x => x.Ttl));
        Assert.Equal((30, DnsResponseCode.BadVersion), (message.Authority?.NegativeTtl, message.Code));
        Assert.False(message.IsReferral);
    }

    [Fact]
    public void Records_of_other_types_and_classes_are_passed_over()
    {
        var octets = Answer().Record(0, Reply.NameOf("a.example"), 16, 60, [1, 2, 3]).Address("a.example", "10.0.0.1")
            .Raw(0, 0, 1, 0, 3, 0, 0, 0, 1, 0, 1, 9).Claim(0, 3).ToArray();

        Assert.True(MessageReader.TryRead(octets, out var message));
        Assert.Equal("10.0.0.1", Assert.Single(message.Answers).Address?.ToString());
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(1, 5)]
    [InlineData(1, 16)]
    [InlineData(28, 4)]
    [InlineData(28, 17)]
    [InlineData(5, 0)]
    [InlineData(5, 4)]
    public void Data_of_the_wrong_length_is_refused(int type, int length) =>
        Assert.False(MessageReader.TryRead(
            Answer().Record(0, Reply.NameOf("a.example"), type, 60, new byte[length]).ToArray(), out _));

    [Theory]
    [InlineData(19)]
    [InlineData(23)]
    public void Authority_of_the_wrong_length_is_refused(int length) =>
        Assert.False(MessageReader.TryRead(
            Answer().Record(1, Reply.NameOf("example"), 6, 60, new byte[length]).ToArray(), out _));

    [Fact]
    public void Two_questions_are_refused()
    {
        var octets = Answer().ToArray();
        octets[5] = 2;

        Assert.False(MessageReader.TryRead(octets, out _));
    }

    [Theory]
    [InlineData(MessageReader.MaxRecords - 1)]
    [InlineData(MessageReader.MaxRecords)]
    [InlineData(4000)]
    public void Records_beyond_the_limit_are_not_looked_at(int count)
    {
        var reply = Answer().Claim(0, count > MessageReader.MaxRecords ? 10_000 : count);
        for (var i = 0; i < count; i++)
            reply.Raw(0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 0, 0, 1);

        Assert.True(MessageReader.TryRead(reply.ToArray(), out var message));
        Assert.Equal(Math.Min(count, MessageReader.MaxRecords), message.Answers.Count);
    }

    [Fact]
    public void A_message_cut_anywhere_is_refused()
    {
        var octets = Answer().Address("a.example", "10.0.0.1").Soa(1, 1).Opt(0).ToArray();
        for (var length = 0; length < octets.Length; length++)
            Assert.False(MessageReader.TryRead(octets.AsSpan(0, length), out _), $"cut at {length}");
        Assert.True(MessageReader.TryRead(octets, out _));
    }

    [Fact]
    public void The_worst_pointers_cost_no_more_than_milliseconds()
    {
        // Each record's name is a chain of as many pointers as there is room for.
        var reply = Answer();
        for (var i = 0; i < 8000; i++)
            reply.Raw((byte)(0xC0 | (Math.Max(12, 25 + (2 * i)) >> 8)), (byte)Math.Max(12, 25 + (2 * i)));
        var octets = reply.Claim(0, 65_535).ToArray();
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < 100; i++)
            MessageReader.TryRead(octets, out _);

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"100 messages took {clock.Elapsed}");
    }

    [Property(MaxTest = 2000)]
    public void Random_octets_give_a_message_or_none(byte[] octets) => MessageReader.TryRead(octets, out _);

    [Property(MaxTest = 2000)]
    public void An_answer_with_random_damage_gives_a_message_or_none(byte[] damage, int seed)
    {
        var octets = Answer().Address("a.example", "10.0.0.1").Cname("a.example", "b.example").Soa(1, 1).Opt(0)
            .ToArray();
        var random = new Random(seed);
        foreach (var octet in damage)
            octets[random.Next(octets.Length)] = octet;
        octets[2] |= 0x80;

        MessageReader.TryRead(octets.AsSpan(0, random.Next(octets.Length + 1)), out _);
    }

    [Property(MaxTest = 500)]
    public void Random_octets_after_a_good_head_give_a_message_or_none(byte[] octets, ushort count)
    {
        var message = Answer().Raw(octets).Claim(0, count).Claim(1, count).Claim(2, count).ToArray();

        MessageReader.TryRead(message, out _);
    }

    private static Reply Answer() => Reply.To("a.example", 1);
}
