using Xunit;

namespace Aleph.Actors.Tests.Http1;

public class RequestTargetTests
{
    [Theory]
    [Trait("rfc", "9112-3.2.1")]
    [InlineData("/", "/", null)]
    [InlineData("/?", "/", "")]
    [InlineData("/a?b?c", "/a", "b?c")]
    [InlineData("/a%20b?c%20d", "/a b", "c%20d")]
    [InlineData("/a+b", "/a+b", null)]
    [InlineData("/%C3%A9", "/é", null)]
    [InlineData("/%f0%9f%98%80", "/😀", null)]
    [InlineData("/a%2Fb%2fc", "/a%2Fb%2fc", null)]
    [InlineData("/a%252Fb", "/a%2Fb", null)]
    [InlineData("/%41", "/A", null)]
    [InlineData("//a//b", "//a//b", null)]
    [InlineData("/a/./b", "/a/b", null)]
    [InlineData("/a/../b", "/b", null)]
    [InlineData("/a/b/..", "/a/", null)]
    [InlineData("/a/b/.", "/a/b/", null)]
    [InlineData("/..", "/", null)]
    [InlineData("/../../etc/passwd", "/etc/passwd", null)]
    [InlineData("/%2e%2e/%2E%2e/etc/passwd", "/etc/passwd", null)]
    [InlineData("/a/%2e/b", "/a/b", null)]
    [InlineData("/a/%2e%2e%2fb", "/a/..%2fb", null)]
    [InlineData("/..\\..\\a", "/..\\..\\a", null)]
    [InlineData("/.hidden/...", "/.hidden/...", null)]
    [InlineData("/a/b/c/../../d", "/a/d", null)]
    [InlineData("//../a", "/a", null)]
    [InlineData("/a?b=/../c", "/a", "b=/../c")]
    [InlineData("/{}|^`\"<>", "/{}|^`\"<>", null)]
    public void Decodes_the_path_and_keeps_the_query_raw(string target, string path, string? query)
    {
        var octets = System.Text.Encoding.Latin1.GetBytes($"GET {target} HTTP/1.1\r\nHost: a\r\n\r\n");
        var head = Wire.Read(octets).Heads.Single();
        Assert.Equal((target, path, query), (head.Target, head.Path, head.Query));
    }

    [Theory]
    [Trait("rfc", "3986-2.1")]
    [InlineData("/%")]
    [InlineData("/%4")]
    [InlineData("/%4?a")]
    [InlineData("/%zz")]
    [InlineData("/%4z")]
    [InlineData("/%00")]
    [InlineData("/a%00b")]
    [InlineData("/%ff")]
    [InlineData("/%c0%ae%c0%ae/")]
    [InlineData("/%e0%80%ae")]
    [InlineData("/%ed%a0%80")]
    [InlineData("/%f5%80%80%80")]
    [InlineData("/%c3")]
    [InlineData("/%c3/%a9")]
    [InlineData("http://a/%00")]
    public void Rejects_a_path_that_cannot_be_decoded(string target) =>
        Assert.Equal("invalid_request_path", Wire.RejectsHead($"GET {target} HTTP/1.1|{Wire.Host}|", 400).Code);

    [Theory]
    [Trait("rfc", "9112-3.2.2")]
    [InlineData("http://a/b?c", "a", "/b", "c")]
    [InlineData("http://a", "a", "/", null)]
    [InlineData("http://a?q", "a", "/", "q")]
    [InlineData("HTTP://A/x", "A", "/x", null)]
    [InlineData("http://a:80/", "a:80", "/", null)]
    [InlineData("https://a:443/", "a:443", "/", null)]
    [InlineData("http://a/x/../y", "a", "/y", null)]
    public void Reads_an_absolute_target(string target, string authority, string path, string? query)
    {
        var head = Wire.Accepts($"GET {target} HTTP/1.1|{Wire.Host}|");
        Assert.Equal((target, authority, path, query), (head.Target, head.Host, head.Path, head.Query));
    }

    [Theory]
    [Trait("rfc", "9112-3.2.2")]
    [InlineData("http://b/")]
    [InlineData("http://a:81/")]
    [InlineData("https://a:80/")]
    [InlineData("http://a.b/")]
    public void Rejects_an_absolute_target_with_another_host(string target) =>
        Assert.Equal("host_does_not_match_target", Wire.RejectsHead($"GET {target} HTTP/1.1|{Wire.Host}|", 400).Code);

    [Theory]
    [Trait("rfc", "9112-3.2")]
    [InlineData("GET a")]
    [InlineData("GET *")]
    [InlineData("GET **")]
    [InlineData("OPTIONS **")]
    [InlineData("GET a:80")]
    [InlineData("GET ftp://a/")]
    [InlineData("GET http:/a")]
    [InlineData("GET http:///a")]
    [InlineData("GET http://")]
    [InlineData("GET http://u@a/")]
    [InlineData("GET http://a:b/")]
    [InlineData("GET ?a")]
    [InlineData("CONNECT /")]
    [InlineData("CONNECT a")]
    [InlineData("CONNECT a:")]
    [InlineData("CONNECT http://a/")]
    [InlineData("CONNECT a:99999")]
    [InlineData("CONNECT *")]
    public void Rejects_a_target_form_that_does_not_fit(string line) =>
        Wire.RejectsHead($"{line} HTTP/1.1|{Wire.Host}|", 400);

    [Fact]
    [Trait("rfc", "9112-3.2.4")]
    public void Reads_OPTIONS_of_the_whole_server()
    {
        var head = Wire.Accepts($"OPTIONS * HTTP/1.1|{Wire.Host}|");
        Assert.Equal(("*", "", null, "a"), (head.Target, head.Path, head.Query, head.Host));
    }

    [Theory]
    [Trait("rfc", "9112-3.2.3")]
    [InlineData("a:443", "a:443")]
    [InlineData("[::1]:443", "[::1]:443")]
    public void Reads_CONNECT(string target, string host)
    {
        var head = Wire.Accepts($"CONNECT {target} HTTP/1.1|Host: {host}||");
        Assert.True(head.IsConnect);
        Assert.Equal((target, "", null), (head.Host, head.Path, head.Query));
    }

    [Fact]
    [Trait("rfc", "9110-9.3.6")]
    public void Rejects_CONNECT_with_a_body_or_another_host()
    {
        Wire.RejectsHead("CONNECT a:1 HTTP/1.1|Host: a:1|Content-Length: 1||x", 400);
        Wire.RejectsHead("CONNECT a:1 HTTP/1.1|Host: a:1|Transfer-Encoding: chunked||0||", 400);
        Wire.RejectsHead("CONNECT a:1 HTTP/1.1|Host: b:1||", 400);
    }

    [Theory]
    [Trait("rfc", "9112-3.2")]
    [InlineData("a")]
    [InlineData("a.example:80")]
    [InlineData("127.0.0.1:8080")]
    [InlineData("[::1]")]
    [InlineData("[fe80::1]:80")]
    [InlineData("a:")]
    [InlineData("a:65535")]
    [InlineData("xn--bcher-kva.example")]
    [InlineData("a_b")]
    [InlineData("a%20b")]
    public void Accepts_a_host(string host) => Assert.Equal(host, Wire.Accepts($"GET / HTTP/1.1|Host: {host}||").Host);

    [Theory]
    [Trait("rfc", "9112-3.2")]
    [InlineData("a/b")]
    [InlineData("a@b")]
    [InlineData("a b")]
    [InlineData("a, b")]
    [InlineData("a:b")]
    [InlineData("a:65536")]
    [InlineData("a:000080")]
    [InlineData("a:80:80")]
    [InlineData(":80")]
    [InlineData("[::1")]
    [InlineData("[]")]
    [InlineData("[1.2.3.4]")]
    [InlineData("[::1]a")]
    [InlineData("[::g]")]
    [InlineData("::1")]
    [InlineData("a?b")]
    [InlineData("a#b")]
    [InlineData("a\\b")]
    [InlineData("é")]
    [InlineData("a%2")]
    [InlineData("a%g0")]
    [InlineData("a%0g")]
    [InlineData("http://a")]
    public void Rejects_a_bad_host(string host) =>
        Assert.Equal("invalid_host_header", Wire.RejectsHead($"GET / HTTP/1.1|Host: {host}||", 400).Code);

    [Fact]
    [Trait("rfc", "9112-3.2")]
    public void Rejects_a_missing_empty_or_second_host()
    {
        Assert.Equal("missing_host_header", Wire.RejectsHead("GET / HTTP/1.1||", 400).Code);
        Assert.Equal("missing_host_header", Wire.RejectsHead("GET / HTTP/1.1|Host:||", 400).Code);
        Assert.Equal("multiple_host_headers", Wire.RejectsHead("GET / HTTP/1.1|Host: a|Host: a||", 400).Code);
        Assert.Equal("multiple_host_headers", Wire.RejectsHead("GET / HTTP/1.0|Host: a|host: b||", 400).Code);
    }

    [Fact]
    [Trait("rfc", "9112-3.2")]
    public void Accepts_HTTP_1_0_without_a_host()
    {
        Assert.Equal("", Wire.Accepts("GET / HTTP/1.0||").Host);
        Assert.Equal("b", Wire.Accepts("GET http://b/ HTTP/1.0||").Host);
    }
}
