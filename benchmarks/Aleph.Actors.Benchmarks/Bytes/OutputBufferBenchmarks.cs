using BenchmarkDotNet.Attributes;

namespace Aleph.Actors.Benchmarks.Bytes;

/// <summary>
/// What a connection pays for its output buffer: one answer written and sent, and bulk in steady state.
/// </summary>
[MemoryDiagnoser]
public class OutputBufferBenchmarks
{
    private readonly OutputBuffer _buffer = new();
    private readonly byte[] _answer = new byte[128];
    private readonly byte[] _chunk = new byte[16 * 1024];

    /// <summary>One small answer from empty to empty: rents and returns a segment.</summary>
    [Benchmark]
    public long One_answer_of_128_bytes()
    {
        _buffer.Write(_answer);
        Drain();
        return _buffer.Length;
    }

    /// <summary>Sixteen pipelined answers that leave in one send.</summary>
    [Benchmark(OperationsPerInvoke = 16)]
    public long Sixteen_answers_of_128_bytes_in_one_send()
    {
        for (var i = 0; i < 16; i++)
            _buffer.Write(_answer);
        Drain();
        return _buffer.Length;
    }

    /// <summary>
    /// A body of 1 MiB, written in chunks of 16 KiB and sent whenever the buffer is above its high mark.
    /// </summary>
    [Benchmark]
    public long One_MiB_in_chunks_of_16_KiB()
    {
        for (var i = 0; i < 64; i++)
        {
            _buffer.Write(_chunk);
            if (_buffer.IsAboveHighMark)
                Drain();
        }

        Drain();
        return _buffer.Length;
    }

    private void Drain()
    {
        while (_buffer.Length > 0)
            _buffer.Consume(_buffer.Peek(64 * 1024).Length);
    }
}
