using Aleph.Actors.Dns;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Dns;

public sealed class SystemFilesTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void A_hosts_file_is_read_line_by_line()
    {
        var hosts = HostsFile.Parse("""
            # remark
            10.0.0.1   db.example DB # trailing remark
            2001:db8::1	db.example.
            not-an-address x
            10.0.0.2
            10.0.0.3 10.0.0.4 c.example
            127.1 short.example
            """);

        Assert.Equal("10.0.0.1 2001:db8::1", string.Join(' ', hosts.Find("db.example")));
        Assert.Equal("10.0.0.1", string.Join(' ', hosts.Find("db")));
        Assert.Equal("10.0.0.3", string.Join(' ', hosts.Find("c.example")));
        Assert.Empty(hosts.Find("x"));
        Assert.Empty(hosts.Find("short.example"));
    }

    [Fact]
    public async Task The_hosts_file_is_looked_into_first_and_read_again_when_changed()
    {
        await using var dns = new NameServerHarness();
        dns.Settings = dns.Settings with { HostsFile = _path };
        var server = dns.Add(x => Reply.To(x).Address(x.Name, "10.0.0.9"));
        await File.WriteAllTextAsync(_path, "10.0.0.1 a.example\n");

        var found = await dns.FindAsync("A.example");
        Assert.Equal(("10.0.0.1", TimeSpan.Zero), (found.Addresses[0].ToString(), found.Ttl));
        Assert.Empty(server.Asks);

        await File.WriteAllTextAsync(_path, "10.0.0.22 a.example\n");
        Assert.Equal("10.0.0.22", await dns.AddressesAsync("a.example"));

        File.Delete(_path);
        Assert.Equal("10.0.0.9", await dns.AddressesAsync("a.example"));
    }

    [Fact]
    public async Task A_name_with_addresses_of_the_other_family_only_is_asked_for()
    {
        await using var dns = new NameServerHarness();
        dns.Settings = dns.Settings with { HostsFile = _path };
        dns.Add(x => Reply.To(x).Address(x.Name, "10.0.0.9"));
        await File.WriteAllTextAsync(_path, "2001:db8::1 a.example\n");

        Assert.Equal("10.0.0.9", await dns.AddressesAsync("a.example"));
    }

    [Fact]
    public void The_configuration_of_the_system_is_read_line_by_line()
    {
        var conf = ResolvConf.Parse("""
            # remark
            ; remark
            domain old.example
            search one.example two.example bad..name
            nameserver 192.0.2.1
            nameserver fe80::1%3
            nameserver dns.example
            options rotate ndots:5 timeout:1
            """);

        Assert.Equal("192.0.2.1:53 [fe80::1%3]:53", string.Join(' ', conf.Servers));
        Assert.Equal(["one.example", "two.example"], conf.Search);
        Assert.Equal(5, conf.Ndots);
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("options ndots:15", 15)]
    [InlineData("options ndots:99", 15)]
    [InlineData("options ndots:x", 1)]
    public void The_number_of_dots_is_bounded(string text, int ndots) =>
        Assert.Equal(ndots, ResolvConf.Parse(text).Ndots);

    [Fact]
    public async Task Search_domains_and_dots_of_the_system_are_used()
    {
        await using var dns = new NameServerHarness();
        await File.WriteAllTextAsync(_path, "search sys.example\noptions ndots:2\n");
        var server = dns.Add(x => x.Name == "a.b.sys.example"
            ? Reply.To(x).Address(x.Name, "10.0.0.1")
            : Reply.To(x).Code(3));
        var settings = dns.Complete(dns.Settings) with { SearchDomains = [DnsSettings.FromSystem], Ndots = null };
        var source = new ServerSource(settings, dns.Counters, Akka.Event.NoLogger.Instance, _path);

        var result = await source.LookUpAsync(HostName.Parse("a.b"), default).Within("a.b is looked up");

        Assert.IsType<DnsResult.Found>(result);
        Assert.Equal("a.b.sys.example", Assert.Single(server.Asks).Name);
    }

    [Theory]
    [InlineData("192.0.2.9 system 192.0.2.1", "192.0.2.9:53 192.0.2.1:53 192.0.2.2:53")]
    [InlineData("system", "192.0.2.1:53 192.0.2.2:53")]
    [InlineData("192.0.2.9:5353", "192.0.2.9:5353")]
    public void Name_servers_of_the_system_stand_where_the_settings_say(string settings, string expected)
    {
        var system = ResolvConf.Parse("nameserver 192.0.2.1\nnameserver 192.0.2.2\n");

        Assert.Equal(expected, string.Join(' ', SourceWith(settings).EndPoints(system).AsEnumerable()));
    }

    [Fact]
    public void A_system_that_names_no_server_has_one_on_this_machine() =>
        Assert.Equal("127.0.0.1:53", Assert.Single(SourceWith("system").EndPoints(ResolvConf.Parse(""))).ToString());

    [Fact]
    public async Task A_system_without_files_is_no_fault()
    {
        var system = new SystemConfiguration(_path, TimeProvider.System, _ => Assert.Fail("no error is expected"));

        Assert.Empty((await system.GetAsync(default)).Servers);
    }

    private static ServerSource SourceWith(string nameServers) => new(
        DnsSettings.Default with { NameServers = nameServers.Split(' '), HostsFile = null },
        new DnsCounters(),
        Akka.Event.NoLogger.Instance);
}
