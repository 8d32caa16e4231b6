using System.Text;
using BenchmarkDotNet.Attributes;

namespace Aleph.Actors.Benchmarks.Bytes;

/// <summary>What two coercions cost, with the BCL's own way beside each.</summary>
[MemoryDiagnoser]
public class ByteSourceBenchmarks
{
    private const int Lines = 10_000;

    private readonly byte[] _text = Encoding.UTF8.GetBytes(
        string.Concat(Enumerable.Repeat("GET /plaintext HTTP/1.1 and some more to be read\n", Lines)));

    private readonly byte[] _buffer = new byte[4096];
    private readonly StringBuilder _log = new();
    private byte[][] _chunks = [];

    /// <summary>Cuts the text into chunks.</summary>
    [GlobalSetup]
    public void Cut() => _chunks = [.. _text.Chunk(4096)];

    /// <summary>About 480 KiB in elements of 4 KiB, read through the stream face.</summary>
    [Benchmark]
    public async Task<long> Elements_as_a_stream()
    {
        await using var stream = ByteSource.From(_chunks).AsStream();
        var sum = 0L;
        int count;
        while ((count = await stream.ReadAsync(_buffer)) > 0)
            sum += count;
        return sum;
    }

    /// <summary>The same bytes read from a stream in memory.</summary>
    [Benchmark]
    public async Task<long> Elements_as_a_stream_by_MemoryStream()
    {
        await using var stream = new MemoryStream(_text);
        var sum = 0L;
        int count;
        while ((count = await stream.ReadAsync(_buffer)) > 0)
            sum += count;
        return sum;
    }

    /// <summary>A line of 48 characters.</summary>
    [Benchmark(OperationsPerInvoke = Lines)]
    public async Task<int> One_line()
    {
        var length = 0;
        await foreach (var line in ByteSource.From(new MemoryStream(_text)).ReadLinesAsync())
            length += line.Length;
        return length;
    }

    /// <summary>The same line by the BCL.</summary>
    [Benchmark(OperationsPerInvoke = Lines)]
    public async Task<int> One_line_by_StreamReader()
    {
        var length = 0;
        using var reader = new StreamReader(new MemoryStream(_text));
        while (await reader.ReadLineAsync() is { } line)
            length += line.Length;
        return length;
    }

    /// <summary>1 KiB as lines of hexadecimal to a builder that is used again.</summary>
    [Benchmark]
    public int Hex_dump_of_1_KiB()
    {
        _log.Clear();
        HexDump.Write(_text.AsSpan(0, 1024), _log);
        return _log.Length;
    }
}
