using System.Reflection;
using Akka.Configuration;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Faces;

/// <summary>The record and hocon/aleph.http.conf say the same, and every fault is named.</summary>
public sealed class HttpSettingsTests
{
    private static readonly HttpServerSettings Default = HttpServerSettings.Default;

    // What cannot be said in a file: functions, and the section that is aleph.tcp.
    private static readonly string[] CodeOnly = ["Tcp", "WebSocket", "OnHandlerError", "OnRejected"];

    public static TheoryData<string, string> Keys() => new()
    {
        { "max-request-line = 16KiB", "MaxRequestLine = 16384" },
        { "max-header-bytes = 64KiB", "MaxHeaderBytes = 65536" },
        { "max-header-count = 7", "MaxHeaderCount = 7" },
        { "max-body-size = infinite", "MaxBodySize = " },
        { "max-body-size = 5000000000", "MaxBodySize = 5000000000" },
        { "max-leading-empty-lines = 0", "MaxLeadingEmptyLines = 0" },
        { "max-chunk-extension = 0b", "MaxChunkExtension = 0" },
        { "request-headers-timeout = infinite", "RequestHeadersTimeout = " },
        { "keep-alive-timeout = 2s", "KeepAliveTimeout = 00:00:02" },
        { "min-request-body-data-rate = infinite", "MinRequestBodyDataRate = " },
        { "min-response-data-rate = 1.5", "MinResponseDataRate = 1.5" },
        { "data-rate-grace-period = 1s", "DataRateGracePeriod = 00:00:01" },
        { "response-stall-timeout = 1m", "ResponseStallTimeout = 00:01:00" },
        { "drain-request-timeout = 1s", "DrainRequestTimeout = 00:00:01" },
        { "drain-first-request-timeout = 2s", "DrainFirstRequestTimeout = 00:00:02" },
        { "handler-timeout = 3s", "HandlerTimeout = 00:00:03" },
        { "handler-dispatcher = mine", "HandlerDispatcher = mine" },
        { "unhandled-connection-timeout = 1s", "UnhandledConnectionTimeout = 00:00:01" },
        { "pipelining-limit = 1", "PipeliningLimit = 1" },
        { "server-header = \"\"", "ServerHeader = " },
    };

    public static TheoryData<HttpServerSettings, string> Faults() => new()
    {
        { Default with { MaxRequestLine = 0 }, "max-request-line is 0; it must be between 1 and 1048576" },
        { Default with { MaxHeaderBytes = 1 << 21 }, "max-header-bytes is 2097152; it must be between 1 and 1048576" },
        { Default with { MaxHeaderCount = 0 }, "max-header-count is 0; it must be between 1 and 10000" },
        { Default with { MaxBodySize = -1 }, "max-body-size is -1; it must be at least 0, or infinite" },
        { Default with { MaxLeadingEmptyLines = -1 }, "max-leading-empty-lines is -1; it must be between 0 and 1000" },
        { Default with { MaxChunkExtension = 65537 }, "max-chunk-extension is 65537; it must be between 0 and 65536" },
        {
            Default with { RequestHeadersTimeout = default(TimeSpan) },
            "request-headers-timeout is 0s; it must be above 0s, or infinite"
        },
        {
            Default with { KeepAliveTimeout = default(TimeSpan) },
            "keep-alive-timeout is 0s; it must be above 0s, or infinite"
        },
        {
            Default with { MinRequestBodyDataRate = 0 },
            "min-request-body-data-rate is 0; it must be above 0, or infinite"
        },
        { Default with { MinResponseDataRate = -1 }, "min-response-data-rate is -1; it must be above 0, or infinite" },
        {
            Default with { DataRateGracePeriod = TimeSpan.FromDays(2) },
            "data-rate-grace-period is 2d; it must be between 0s and 1d"
        },
        {
            Default with { ResponseStallTimeout = default(TimeSpan) },
            "response-stall-timeout is 0s; it must be above 0s, or infinite"
        },
        {
            Default with { DrainRequestTimeout = default },
            "drain-request-timeout is 0s; it must be between 1ms and 1d"
        },
        {
            Default with { DrainFirstRequestTimeout = TimeSpan.FromDays(2) },
            "drain-first-request-timeout is 2d; it must be between 0s and 1d"
        },
        {
            Default with { HandlerTimeout = TimeSpan.FromSeconds(-2) },
            "handler-timeout is -2s; it must be above 0s, or infinite"
        },
        {
            Default with { UnhandledConnectionTimeout = default },
            "unhandled-connection-timeout is 0s; it must be between 1ms and 1d"
        },
        { Default with { PipeliningLimit = 1025 }, "pipelining-limit is 1025; it must be between 1 and 1024" },
        {
            Default with { ServerHeader = "a\r\nb" },
            "server-header is no field value; it must hold visible characters and spaces only, or be empty"
        },
    };

    [Fact]
    public void Reference_configuration_says_the_same_as_the_defaults() =>
        Assert.Equal(Default, HttpServerSettings.FromConfig(Config.Empty));

    [Fact]
    public void Defaults_are_valid() => Assert.Empty(Default.Validate());

    [Theory]
    [MemberData(nameof(Keys))]
    public void Every_key_reaches_its_property(string key, string property)
    {
        var settings = HttpServerSettings.FromConfig(ConfigurationFactory.ParseString("aleph.http.server." + key));
        var name = property.Split(' ')[0];
        var value = typeof(HttpServerSettings).GetProperty(name)!.GetValue(settings);

        Assert.Equal(property, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name} = {value}"));
        Assert.NotEqual(Default, settings);
    }

    [Fact]
    public void Every_property_has_a_key_and_every_key_a_property()
    {
        var properties = typeof(HttpServerSettings).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Select(x => x.Name).Except(CodeOnly).Order();
        var tested = Keys().Select(row => ((string)row[1]).Split(' ')[0]).Distinct().Order();
        var keys = Repository.Lines("hocon/aleph.http.conf").Select(x => x.Trim())
            .TakeWhile(x => x is not ("static-files {" or "client {" or "websocket {"))
            .Where(x => x.Contains('=', StringComparison.Ordinal) && !x.StartsWith('#'))
            .Select(x => x.Split(' ')[0]).Order();

        Assert.Equal(properties, tested);
        Assert.Equal(keys, Keys().Select(row => ((string)row[0]).Split(' ')[0]).Distinct().Order());
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void Every_fault_is_named_with_key_value_and_range(HttpServerSettings settings, string fault) =>
        Assert.Equal(["aleph.http.server." + fault], settings.Validate());

    [Fact]
    public void Faults_of_the_settings_below_are_told_with_them()
    {
        var settings = Default with { MaxHeaderCount = 0, Tcp = TcpSettings.Default with { Backlog = 0 } };

        var thrown = Assert.Throws<ArgumentException>(() => HttpServer.Props(_ => HttpResponse.Text("ok"), settings));

        Assert.Contains("aleph.http.server.max-header-count is 0", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("aleph.tcp.backlog is 0; it must be between 1", thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("max-body-size = much",
        "aleph.http.server.max-body-size is much; it must be a whole number such as 30000000")]
    [InlineData(
        "min-response-data-rate = x",
        "aleph.http.server.min-response-data-rate is x; it must be a number such as 240.0")]
    public void Unreadable_values_are_named(string key, string text)
    {
        var fault = Assert.Throws<ConfigurationException>(
            () => HttpServerSettings.FromConfig(ConfigurationFactory.ParseString("aleph.http.server." + key)));

        Assert.Equal(text, fault.Message);
    }
}
