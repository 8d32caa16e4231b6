using Akka.Configuration;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Client;

/// <summary>The record and hocon/aleph.http.conf say the same, and every fault is named.</summary>
public sealed class HttpPoolSettingsTests
{
    private static readonly HttpPoolSettings Default = HttpPoolSettings.Default;

    // What cannot be said in a file, and the section that is aleph.tcp.client.
    private static readonly string[] CodeOnly = ["Tcp", "Sizing", "Routing", "Transport", "EndPoint"];

    public static TheoryData<string, string> Keys() => new()
    {
        { "max-connections = 7", "MaxConnections = 7" },
        { "max-total-connections = 8", "MaxTotalConnections = 8" },
        { "min-connections = 2", "MinConnections = 2" },
        { "queue-size = 0", "QueueSize = 0" },
        { "queue-timeout = infinite", "QueueTimeout = " },
        { "idle-timeout = 5s", "IdleTimeout = 00:00:05" },
        { "lifetime = infinite", "Lifetime = " },
        { "min-backoff = 1s", "MinBackoff = 00:00:01" },
        { "max-backoff = 1m", "MaxBackoff = 00:01:00" },
        { "pipeline-depth = 64", "PipelineDepth = 64" },
        { "send-timeout = 1s", "SendTimeout = 00:00:01" },
        { "response-timeout = infinite", "ResponseTimeout = " },
        { "read-timeout = 2s", "ReadTimeout = 00:00:02" },
        { "request-timeout = 3s", "RequestTimeout = 00:00:03" },
        { "expect-continue-timeout = 2s", "ExpectContinueTimeout = 00:00:02" },
        { "unread-timeout = 2s", "UnreadTimeout = 00:00:02" },
        { "drain-size = 2KiB", "DrainSize = 2048" },
        { "drain-timeout = 3s", "DrainTimeout = 00:00:03" },
        { "max-status-line = 1KiB", "MaxStatusLine = 1024" },
        { "max-header-bytes = 1KiB", "MaxHeaderBytes = 1024" },
        { "max-header-count = 3", "MaxHeaderCount = 3" },
        { "max-interim = 0", "MaxInterim = 0" },
        { "max-chunk-extension = 0b", "MaxChunkExtension = 0" },
        { "max-body-size = 5000000000", "MaxBodySize = 5000000000" },
        { "allow-delimited-by-close = off", "AllowDelimitedByClose = False" },
        { "user-agent = \"\"", "UserAgent = " },
    };

    public static TheoryData<HttpPoolSettings, string> Faults() => new()
    {
        { Default with { MaxConnections = 0 }, "max-connections is 0; it must be between 1 and 65536" },
        { Default with { MaxTotalConnections = 0 }, "max-total-connections is 0; it must be between 1 and 1048576" },
        { Default with { MinConnections = 257 }, "min-connections is 257; it must be between 0 and 256" },
        { Default with { QueueSize = -1 }, "queue-size is -1; it must be between 0 and 1048576" },
        { Default with { QueueTimeout = TimeSpan.Zero }, "queue-timeout is 0s; it must be above 0s, or infinite" },
        { Default with { IdleTimeout = TimeSpan.Zero }, "idle-timeout is 0s; it must be above 0s, or infinite" },
        { Default with { Lifetime = TimeSpan.Zero }, "lifetime is 0s; it must be above 0s, or infinite" },
        { Default with { MinBackoff = TimeSpan.Zero }, "min-backoff is 0s; it must be between 1ms and 60m" },
        { Default with { MaxBackoff = TimeSpan.Zero }, "max-backoff is 0s; it must be between 100ms and 60m" },
        { Default with { PipelineDepth = 0 }, "pipeline-depth is 0; it must be between 1 and 64" },
        { Default with { PipelineDepth = 65 }, "pipeline-depth is 65; it must be between 1 and 64" },
        { Default with { SendTimeout = TimeSpan.Zero }, "send-timeout is 0s; it must be above 0s, or infinite" },
        { Default with { ResponseTimeout = TimeSpan.Zero },
            "response-timeout is 0s; it must be above 0s, or infinite" },
        { Default with { ReadTimeout = TimeSpan.Zero }, "read-timeout is 0s; it must be above 0s, or infinite" },
        { Default with { RequestTimeout = TimeSpan.Zero }, "request-timeout is 0s; it must be above 0s, or infinite" },
        { Default with { ExpectContinueTimeout = TimeSpan.Zero },
            "expect-continue-timeout is 0s; it must be between 1ms and 1d" },
        { Default with { UnreadTimeout = TimeSpan.Zero }, "unread-timeout is 0s; it must be between 1ms and 1d" },
        { Default with { DrainSize = -1 }, "drain-size is -1; it must be at least 0, or infinite" },
        { Default with { DrainTimeout = TimeSpan.Zero }, "drain-timeout is 0s; it must be between 1ms and 1d" },
        { Default with { MaxStatusLine = 15 }, "max-status-line is 15; it must be between 16 and 1048576" },
        { Default with { MaxHeaderBytes = 0 }, "max-header-bytes is 0; it must be between 1 and 1048576" },
        { Default with { MaxHeaderCount = 0 }, "max-header-count is 0; it must be between 1 and 10000" },
        { Default with { MaxInterim = -1 }, "max-interim is -1; it must be between 0 and 1000" },
        { Default with { MaxChunkExtension = -1 }, "max-chunk-extension is -1; it must be between 0 and 65536" },
        { Default with { MaxBodySize = -1 }, "max-body-size is -1; it must be at least 0, or infinite" },
    };

    [Fact]
    public void Defaults_are_those_of_the_configuration()
    {
        var read = HttpPoolSettings.FromConfig(Config.Empty);
        foreach (var property in typeof(HttpPoolSettings).GetProperties().Where(x => x.GetMethod!.IsStatic is false))
        {
            if (!CodeOnly.Contains(property.Name))
                Assert.Equal((property.Name, property.GetValue(Default)), (property.Name, property.GetValue(read)));
        }

        Assert.Empty(Default.Validate());
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Every_key_is_read(string key, string property)
    {
        var read = HttpPoolSettings.FromConfig(ConfigurationFactory.ParseString($"aleph.http.client.{key}"));
        Assert.Contains($" {property},", read.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_property_has_a_key_that_is_tested() => Assert.Equal(
        typeof(HttpPoolSettings).GetProperties().Where(x => !x.GetMethod!.IsStatic).Select(x => x.Name)
            .Except(CodeOnly).Order(),
        Keys().Select(x => ((string)((object[])x)[1]).Split(' ')[0]).Distinct().Order());

    [Fact]
    public void Every_key_of_the_configuration_is_tested() => Assert.Equal(
        Repository.Lines("hocon/aleph.http.conf").Select(x => x.Trim()).SkipWhile(x => x != "client {")
            .TakeWhile(x => x != "requests {")
            .Where(x => x.Contains('=', StringComparison.Ordinal) && !x.StartsWith('#'))
            .Select(x => x.Split(' ')[0]).Order(),
        Keys().Select(x => ((string)((object[])x)[0]).Split(' ')[0]).Distinct().Order());

    [Theory]
    [MemberData(nameof(Faults))]
    public void Every_fault_is_named(HttpPoolSettings settings, string fault) =>
        Assert.Contains($"aleph.http.client.{fault}", settings.Validate());
}
