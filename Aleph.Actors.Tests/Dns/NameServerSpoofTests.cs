using System.Net;
using System.Net.Sockets;
using Aleph.Actors.Dns;
using Xunit;

namespace Aleph.Actors.Tests.Dns;

/// <summary>Row 56 of the list of attacks, and RFC 5452, 9.1: what is not the answer is passed over.</summary>
[Trait("rfc", "5452-9.1")]
public sealed class NameServerSpoofTests
{
    [Fact]
    public async Task A_poisoned_id_is_ignored_and_the_true_answer_taken()
    {
        await using var dns = new NameServerHarness();
        Answering(dns, x => Evil(x).OtherId().ToArray());

        Assert.Equal("10.0.0.1", await dns.AddressesAsync("a.example"));
        Assert.Equal((1, 1), (dns.Statistics.Queries, dns.Statistics.Ignored));
    }

    [Fact]
    public async Task A_hundred_poisoned_ids_are_ignored()
    {
        await using var dns = new NameServerHarness();
        var server = dns.Add();
        server.OnUdp = x =>
        [
            .. Enumerable.Range(1, 100).Select(i => Poisoned(x, i)),
            Good(x),
        ];

        Assert.Equal("10.0.0.1", await dns.AddressesAsync("a.example"));
        Assert.Equal((1, 100), (dns.Statistics.Queries, dns.Statistics.Ignored));
    }

    [Fact]
    public async Task An_answer_to_another_question_is_ignored()
    {
        await using var dns = new NameServerHarness();
        Answering(dns, x =>
        {
            var octets = Evil(x).ToArray();
            octets[13] = (byte)'z';
            return octets;
        });

        Assert.Equal("10.0.0.1", await dns.AddressesAsync("a.example"));
        Assert.Equal(1, dns.Statistics.Ignored);
    }

    [Theory]
    [InlineData(1, 28)]
    [InlineData(3, 3)]
    public async Task An_answer_for_another_type_or_class_is_ignored(int fromEnd, byte value)
    {
        await using var dns = new NameServerHarness();
        Answering(dns, x =>
        {
            var octets = Evil(x).ToArray();
            octets[x.QuestionEnd - 4 + fromEnd] = value;
            return octets;
        });

        Assert.Equal("10.0.0.1", await dns.AddressesAsync("a.example"));
    }

    [Fact]
    public async Task An_answer_without_its_question_is_ignored()
    {
        await using var dns = new NameServerHarness();
        Answering(dns, x => Evil(x).WithoutQuestion().ToArray());

        Assert.Equal("10.0.0.1", await dns.AddressesAsync("a.example"));
    }

    [Fact]
    public async Task A_query_sent_back_is_no_answer()
    {
        await using var dns = new NameServerHarness();
        Answering(dns, x => x.Octets);

        Assert.Equal("10.0.0.1", await dns.AddressesAsync("a.example"));
    }

    [Fact]
    public async Task Noise_is_ignored()
    {
        await using var dns = new NameServerHarness();
        var server = dns.Add();
        server.OnUdp = x => [[], [1], [.. x.Octets[..12]], new byte[600], Good(x)];

        Assert.Equal("10.0.0.1", await dns.AddressesAsync("a.example"));
        Assert.Equal(4, dns.Statistics.Ignored);
    }

    [Fact]
    public async Task An_answer_from_another_address_is_ignored()
    {
        await using var dns = new NameServerHarness();
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        other.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Answering(dns, x =>
        {
            other.SendTo(Evil(x).ToArray(), x.Client);
            return [0];
        });

        Assert.Equal("10.0.0.1", await dns.AddressesAsync("a.example"));
    }

    [Fact]
    public async Task Case_of_the_question_does_not_matter()
    {
        await using var dns = new NameServerHarness();
        var server = dns.Add();
        server.OnUdp = x =>
        {
            var octets = Good(x);
            octets[13] = (byte)'A';
            return [octets];
        };

        Assert.Equal("10.0.0.1", await dns.AddressesAsync("a.example"));
    }

    [Fact]
    public async Task An_answer_that_cannot_be_read_leads_to_the_second_server()
    {
        await using var dns = new NameServerHarness();
        // A record whose name points at itself, in a message that is the answer otherwise.
        dns.Add(x => Reply.To(x).Raw(0xC0, (byte)x.QuestionEnd, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0).Claim(0, 1));
        dns.Add(x => Reply.To(x).Address("a.example", "10.0.0.2"));

        Assert.Equal("10.0.0.2", await dns.AddressesAsync("a.example"));
    }

    [Fact]
    public async Task Ten_thousand_answers_are_bounded()
    {
        await using var dns = new NameServerHarness();
        dns.Settings = dns.Settings with { MaxPayloadSize = 65_535 };
        var server = dns.Add();
        byte[] Flood(DnsAsk ask)
        {
            var reply = Reply.To(ask).Claim(0, 10_000);
            // Records of 16 octets with a pointer for a name; as many as a message can hold.
            for (var i = 0; i < 4000; i++)
                reply.Raw(0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 0, (byte)(i >> 8), (byte)i);
            return reply.ToArray();
        }

        server.OnUdp = x => [Reply.To(x).Truncated().ToArray()];
        server.OnTcp = x => [.. Reply.UInt16(Flood(x).Length), .. Flood(x)];

        var found = await dns.FindAsync("a.example");

        Assert.Equal(dns.Settings.MaxAddresses, found.Addresses.Count);
        Assert.Equal("10.0.0.0", found.Addresses[0].ToString());
    }

    private static byte[] Poisoned(DnsAsk ask, int by)
    {
        var octets = Evil(ask).ToArray();
        octets[1] ^= (byte)by;
        return octets;
    }

    private static Reply Evil(DnsAsk ask) => Reply.To(ask).Address(ask.Name, "10.6.6.6");

    private static byte[] Good(DnsAsk ask) => Reply.To(ask).Address(ask.Name, "10.0.0.1").ToArray();

    // The wrong datagram first, so that it is there when the true one is.
    private static void Answering(NameServerHarness dns, Func<DnsAsk, byte[]> wrong) =>
        dns.Add().OnUdp = x => [wrong(x), Good(x)];
}
