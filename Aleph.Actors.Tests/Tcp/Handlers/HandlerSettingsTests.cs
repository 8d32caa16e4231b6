using Akka.Configuration;
using Xunit;

namespace Aleph.Actors.Tests.Tcp.Handlers;

/// <summary>The settings of connections that actors handle.</summary>
public sealed class HandlerSettingsTests
{
    public static TheoryData<ConnectionSettings, string> Faults() => new()
    {
        { new() { WriteBuffer = 1023 }, "write-buffer is 1023; it must be between 1024 and 1073741824" },
        {
            new() { WriteBuffer = (1 << 30) + 1 },
            "write-buffer is 1073741825; it must be between 1024 and 1073741824"
        },
        { new() { UnreadLimit = 4095 }, "unread-limit is 4095; it must be between 4096 and 1073741824, or infinite" },
        {
            new() { UnreadLimit = (1 << 30) + 1 },
            "unread-limit is 1073741825; it must be between 4096 and 1073741824, or infinite"
        },
        { new() { RegisterTimeout = TimeSpan.Zero }, "register-timeout is 0s; it must be above 0s, up to 1d" },
        {
            new() { RegisterTimeout = TimeSpan.FromDays(2) }, "register-timeout is 2d; it must be above 0s, up to 1d"
        },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Every_limit_is_named(ConnectionSettings connection, string fault)
    {
        ArgumentNullException.ThrowIfNull(connection);
        Assert.Equal(
            [$"aleph.tcp.connection.{fault}"], (TcpSettings.Default with { Connection = connection }).Validate());
    }

    [Fact]
    public void The_limits_themselves_are_good()
    {
        ConnectionSettings[] good =
        [
            new() { WriteBuffer = 1024, UnreadLimit = 4096, RegisterTimeout = TimeSpan.FromTicks(1) },
            new() { WriteBuffer = 1 << 30, UnreadLimit = 1 << 30, RegisterTimeout = TimeSpan.FromDays(1) },
            new() { UnreadLimit = null },
        ];
        Assert.All(good, c => Assert.Empty((TcpSettings.Default with { Connection = c }).Validate()));
    }

    [Fact]
    public void The_configuration_is_read()
    {
        var settings = TcpSettings.FromConfig(ConfigurationFactory.ParseString("""
            aleph.tcp { stop-with-bind-handler = on, accept-on-demand = on }
            aleph.tcp.connection { write-buffer = 2MiB, unread-limit = infinite, register-timeout = 1s }
            """));

        Assert.True(settings.StopWithBindHandler);
        Assert.True(settings.AcceptOnDemand);
        Assert.Equal(2 * 1024 * 1024, settings.Connection.WriteBuffer);
        Assert.Null(settings.Connection.UnreadLimit);
        Assert.Equal(TimeSpan.FromSeconds(1), settings.Connection.RegisterTimeout);
    }
}
