using System.Net.Sockets;
using System.Text;
using Aleph.Actors.Tests.Docs;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Tcp;

/// <summary>What the settings of a server let an application do below its protocol.</summary>
public sealed class TcpHookTests : PatientTestKit
{
    [Fact]
    public async Task Both_filters_of_the_settings_stand_between_wire_and_protocol()
    {
        var settings = TcpSettings.Default with
        {
            FilterBeforeTls = _ => new XorFilter(0x11),
            FilterAfterTls = _ => new XorFilter(0x22),
        };
        await using var server = await TcpServer.BindAsync(Sys, _ => new ShoutProtocol(), settings);
        using var client = await TcpTesting.ConnectAsync(server.LocalEndPoint);

        await client.SendAsync(Masked("hello"));

        Assert.Equal(Masked("HELLO"), Encoding.ASCII.GetBytes(await client.ReceiveTextAsync()));
    }

    [Fact]
    public async Task A_filter_of_null_is_none_for_that_connection()
    {
        var settings = TcpSettings.Default with { FilterBeforeTls = info => info.Id == 1 ? null : new XorFilter(0x33) };
        await using var server = await TcpServer.BindAsync(Sys, _ => new ShoutProtocol(), settings);
        using var plain = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        await plain.SendAsync("hello"u8.ToArray());
        Assert.Equal("HELLO", await plain.ReceiveTextAsync());

        using var masked = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        await masked.SendAsync(Masked("hello"));

        Assert.Equal(Masked("HELLO"), Encoding.ASCII.GetBytes(await masked.ReceiveTextAsync()));
    }

    // Bit 7 stays clear, so that what is masked is still ASCII.
    private static byte[] Masked(string text) => [.. Encoding.ASCII.GetBytes(text).Select(x => (byte)(x ^ 0x33))];
}
