using System.Net;
using Akka.Event;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests;

/// <summary>Names that users or peers chose cannot begin a line of a log, or steer a terminal.</summary>
public sealed class LogTextTests : PatientTestKit
{
    private const string Evil = "exa\nmple";

    [Theory]
    [InlineData("", "")]
    [InlineData("example.org", "example.org")]
    [InlineData("bücher.example 🙂 \\", "bücher.example 🙂 \\")]
    [InlineData(Evil, @"exa\u000Ample")]
    [InlineData("\r\t\0\u001b[31mred\u007f\u0085", @"\u000D\u0009\u0000\u001B[31mred\u007F\u0085")]
    [InlineData("a\u2028b\u2029c\u202ed\u200be", @"a\u2028b\u2029c\u202Ed\u200Be")]
    public void Hidden_characters_show_as_their_numbers(string text, string shown) =>
        Assert.Equal(shown, LogText.Of(text));

    [Fact]
    public void A_name_to_be_resolved_has_no_family() =>
        Assert.Equal(@"exa\u000Ample:80", LogText.Of(new DnsEndPoint(Evil, 80)));

    [Fact]
    public async Task A_connect_escapes_the_host()
    {
        var failure = await Assert.ThrowsAsync<ConnectException>(
            () => Sys.AlephTcp().ConnectAsync(Evil, 80).Within("the connect failed"));

        Assert.StartsWith(@"Cannot connect to exa\u000Ample:80: ", failure.Message, StringComparison.Ordinal);
        AssertEscaped(failure);
    }

    [Fact]
    public async Task A_look_up_escapes_the_host()
    {
        var failure = await Assert.ThrowsAsync<DnsException>(
            () => Sys.Aleph().Dns.ResolveAsync(Evil).AsTask().Within("the look-up failed"));

        Assert.StartsWith(@"Cannot resolve exa\u000Ample: ", failure.Message, StringComparison.Ordinal);
        AssertEscaped(failure);
        Assert.Equal(Evil, failure.Host);
    }

    [Fact]
    public async Task A_datagram_socket_escapes_the_host_in_its_exception_and_in_the_log()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Warning));

        var failure = await Assert.ThrowsAsync<BindException>(
            () => Sys.AlephUdp().ConnectAsync(new DnsEndPoint(Evil, 80)).Within("the connect failed"));

        AssertEscaped(failure);
        var line = (await ExpectMsgAsync<Warning>(Waiting.Patience)).Message.ToString()!;
        Assert.Contains(@"exa\u000Ample", line, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', line);
    }

    [Fact]
    public void Settings_escape_what_they_refuse()
    {
        var fault = Assert.Throws<Akka.Configuration.ConfigurationException>(() => TcpSettings.FromConfig(
            Akka.Configuration.ConfigurationFactory.ParseString("aleph.tcp.host = \"exa\\nmple\"")));
        Assert.Contains(@"aleph.tcp.host is exa\u000Ample;", fault.Message, StringComparison.Ordinal);
    }

    private static void AssertEscaped(Exception? failure)
    {
        for (; failure is not null; failure = failure.InnerException)
            Assert.DoesNotContain('\n', failure.Message);
    }
}
