using Aleph.Actors.Http;
using Aleph.Actors.Http.Http1;
using BenchmarkDotNet.Attributes;

namespace Aleph.Actors.Benchmarks.Http1;

/// <summary>What an answer's framing and head cost.</summary>
[MemoryDiagnoser]
public class ResponseWriterBenchmarks
{
    private readonly OutputBuffer _output = new();
    private readonly HttpHeaders _headers = HttpHeaders.Of(("Content-Type", "text/plain"));
    private readonly DateTimeOffset _now = DateTimeOffset.UnixEpoch;
    private DateLine _date;

    /// <summary>The plaintext answer: framing, head and 13 octets of body.</summary>
    [Benchmark]
    public long Plaintext_answer()
    {
        var plan = ResponseFraming.Plan(HttpMethods.Get, 1, true, 200, _headers, 13, out _);
        Http1ResponseWriter.WriteHead(_output, 200, null, _headers, plan, 1, _date.At(_now), "Server: Aleph\r\n"u8);
        _output.Write("Hello, World!"u8);
        return Drain();
    }

    /// <summary>One chunk of 13 octets.</summary>
    [Benchmark]
    public long Small_chunk()
    {
        Http1ResponseWriter.WriteChunk(_output, "Hello, World!"u8);
        return Drain();
    }

    private long Drain()
    {
        var length = _output.Length;
        _output.Consume((int)length);
        return length;
    }
}
