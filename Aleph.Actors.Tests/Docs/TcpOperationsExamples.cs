using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Event;
using Aleph.Actors.Http;
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

    [SkippableFact]
    public async Task Unix_domain_socket()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no such permissions.");
        var folder = Directory.CreateTempSubdirectory("aleph");
        var path = Path.Combine(folder.FullName, "api");
        var handler = HttpServerHandler.Of(_ => HttpResponse.Text("hello"));
        using (var system = ActorSystem.Create("unix"))
        {
            var settings = TcpSettings.Default with
            {
                EndPoint = new UnixDomainSocketEndPoint(path),
                UnixSocketMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            };
            var http = HttpServerSettings.Default with { Tcp = settings };
            await using var server = await system.Http().ServeAsync(handler, http);
            Assert.Equal(path, server.LocalEndPoint.ToString());
        }

        folder.Delete(recursive: true);
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
