using System.Net;
using Akka.Event;
using Xunit;

namespace Aleph.Actors.Tests.Docs;

/// <summary>The code of docs/guide/tcp-operations.md.</summary>
public sealed class TcpOperationsExamples
{
    [Fact]
    public void Proxy_protocol()
    {
        var settings = TcpSettings.Default with
        {
            ProxyProtocol = new ProxyProtocolSettings
            {
                Mode = ProxyProtocolMode.Required,
                TrustedSources = [IPNetwork.Parse("10.0.0.0/8")],
            },
        };
        Assert.Empty(settings.Validate());
    }

    [Fact]
    public void Wire_log()
    {
        var settings = TcpSettings.Default with
        {
            WireLog = new WireLogSettings { Level = LogLevel.InfoLevel, MaxBytes = 256 },
        };
        Assert.Empty(settings.Validate());
    }
}
