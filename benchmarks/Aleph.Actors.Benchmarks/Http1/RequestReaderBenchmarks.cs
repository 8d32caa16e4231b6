using System.Text;
using Aleph.Actors.Http.Http1;
using BenchmarkDotNet.Attributes;

namespace Aleph.Actors.Benchmarks.Http1;

/// <summary>
/// What a request's head costs: repeated on a connection, as the first of one, and with one thing changed each time.
/// </summary>
[MemoryDiagnoser]
public class RequestReaderBenchmarks
{
    private readonly Http1RequestReader _reader = new(Http1Limits.Default);
    private readonly byte[] _plain = Octets("GET / HTTP/1.1|Host: localhost:8080||");
    private readonly byte[] _browser = Browser("/", "id=1");
    private readonly byte[] _otherPath = Browser("/x?y=z", "id=1");
    private readonly byte[] _otherCookie = Browser("/", "id=2");
    private readonly byte[] _chunks = Octets(
        "POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked||" + string.Concat(Enumerable.Repeat("1|x|", 1000)) +
        "0||");

    /// <summary>The request of a plaintext load, again and again.</summary>
    [Benchmark]
    public long Plain_repeated() => Read(_reader, _plain);

    /// <summary>The same on a new connection each time, the reader included.</summary>
    [Benchmark]
    public long Plain_first_on_a_connection() => Read(new Http1RequestReader(Http1Limits.Default), _plain);

    /// <summary>A browser's twelve fields, again and again.</summary>
    [Benchmark]
    public long Browser_repeated() => Read(_reader, _browser);

    /// <summary>The same on a new connection each time.</summary>
    [Benchmark]
    public long Browser_first_on_a_connection() => Read(new Http1RequestReader(Http1Limits.Default), _browser);

    /// <summary>The same fields after two request lines in turn.</summary>
    [Benchmark(OperationsPerInvoke = 2)]
    public long Browser_with_another_path() => Read(_reader, _browser) + Read(_reader, _otherPath);

    /// <summary>Two requests in turn whose last fields differ.</summary>
    [Benchmark(OperationsPerInvoke = 2)]
    public long Browser_with_another_cookie() => Read(_reader, _browser) + Read(_reader, _otherCookie);

    /// <summary>One chunk of one octet, the smallest that there is.</summary>
    [Benchmark(OperationsPerInvoke = 1000)]
    public long Chunk_of_one_octet() => Read(_reader, _chunks);

    private static long Read(Http1RequestReader reader, byte[] octets)
    {
        var position = 0;
        Http1Event found;
        do
        {
            found = reader.Read(octets.AsSpan(position), out var consumed, out _);
            position += consumed;
        }
        while (found is Http1Event.Head or Http1Event.Data);

        return found == Http1Event.End
            ? position
            : throw new InvalidOperationException($"The reader answered {found}.");
    }

    private static byte[] Browser(string path, string cookie) => Octets(
        $"GET {path} HTTP/1.1|Host: www.example.com|Connection: keep-alive|Cache-Control: max-age=0|" +
        "Upgrade-Insecure-Requests: 1|User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 " +
        "(KHTML, like Gecko) Chrome/128.0.0.0 " +
        "Safari/537.36|Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8|" +
        "Sec-Fetch-Site: none|Sec-Fetch-Mode: navigate|Sec-Fetch-Dest: document|Accept-Encoding: gzip, deflate, br|" +
        $"Accept-Language: en-US,en;q=0.9|Cookie: {cookie}||");

    private static byte[] Octets(string text) =>
        Encoding.ASCII.GetBytes(text.Replace("|", "\r\n", StringComparison.Ordinal));
}
