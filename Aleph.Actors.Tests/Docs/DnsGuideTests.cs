using Aleph.Actors.Tests.Dns;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Docs;

/// <summary>The examples of the guide to DNS do what it says.</summary>
public sealed class DnsGuideTests : PatientTestKit
{
    public DnsGuideTests()
        : base("akka.loglevel = WARNING")
    {
    }

    [Fact]
    public async Task The_resolver_of_the_system_answers() =>
        Assert.Equal("10.0.0.1", Assert.Single(
            await DnsExamples.ResolveAsync(Sys, "10.0.0.1").Within("an address is its own answer")).ToString());

    [Fact]
    public async Task A_resolver_of_your_own_asks_its_name_server()
    {
        await using var server = new ScriptedNameServer(x => [Reply.To(x).Address(x.Name, "10.0.0.9").ToArray()]);
        var resolver = DnsExamples.OfYourOwn(Sys, server.EndPoint.ToString());

        var addresses = await resolver.ResolveAsync("db.example.").Within("db.example is resolved");

        Assert.Equal("10.0.0.9", addresses[0].ToString());
    }

    [Fact]
    public async Task A_resolver_actor_answers_its_commands()
    {
        var text = await DnsExamples.TellAsync(Sys, "10.0.0.1").Within("the actor answered");

        Assert.Equal("10.0.0.1 is at 10.0.0.1 for 00:00:00", text);
    }
}
