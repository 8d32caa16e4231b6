using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Configuration;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Tcp;

public sealed class TcpClientTests : PatientTestKit
{
    [Fact]
    public void Reference_configuration_says_the_same_as_the_defaults() =>
        Assert.Equal(TcpClientSettings.Default, TcpClientSettings.FromConfig(Config.Empty));

    [Fact]
    public async Task Talks_to_a_server_by_address_and_by_name()
    {
        await using var server = await TcpServer.BindAsync(Sys, _ => new EchoProtocol());
        var port = ((IPEndPoint)server.LocalEndPoint).Port;
        foreach (var remote in new EndPoint[] { server.LocalEndPoint, new DnsEndPoint("localhost", port) })
        {
            var echoed = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
            var protocol = new ScriptedProtocol
            {
                OnStart = c => c.Output.Write("hello"u8),
                Receive = (c, data) =>
                {
                    echoed.TrySetResult(System.Text.Encoding.ASCII.GetString(data));
                    c.Close(ConnectionEnd.Completed);
                    return data.Length;
                },
            };
            var info = await TcpClient.ConnectAsync(Sys, remote, _ => protocol).Within("a connection");

            Assert.Equal(port, ((IPEndPoint)info.RemoteEndPoint!).Port);
            Assert.Equal("hello", await echoed.Task.Within("the echo"));
        }
    }

    [Fact]
    public async Task A_port_where_nobody_listens_is_a_typed_failure()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        var connect = TcpClient.ConnectAsync(Sys, taken.LocalEndPoint!, _ => new EchoProtocol());
        var failure = await Assert.ThrowsAsync<ConnectException>(() => connect.Within("a refusal"));

        Assert.Equal(ConnectPhase.Connect, failure.Phase);
        Assert.Equal(taken.LocalEndPoint, failure.EndPoint);
    }
}
