using System.Buffers;
using System.Text;

namespace Aleph.Actors;

/// <summary>Finds an encoding's byte order mark at the beginning of bytes that come in pieces.</summary>
internal sealed class Preamble(Encoding encoding)
{
    private readonly byte[] _expected = encoding.GetPreamble();
    private int _matched;

    /// <summary>Whether there is nothing more to look for.</summary>
    public bool IsDone { get; private set; }

    /// <summary>The length of the mark at the beginning, 0 where there is none.</summary>
    public int In(in ReadOnlySequence<byte> bytes) =>
        bytes.Length >= _expected.Length
            && ByteComparison.Equal(bytes.Slice(0, _expected.Length), new ReadOnlySequence<byte>(_expected))
                ? _expected.Length
                : 0;

    /// <summary>Takes what may belong to the mark.</summary>
    /// <param name="bytes">The next bytes.</param>
    /// <param name="withheld">What was taken before or now and turned out not to be a mark; belongs before the
    /// rest.</param>
    /// <returns>How many of <paramref name="bytes"/> were taken.</returns>
    public int Take(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> withheld)
    {
        withheld = default;
        var taken = 0;
        while (!IsDone && taken < bytes.Length && _matched < _expected.Length)
        {
            if (bytes[taken] != _expected[_matched])
                return Fail(taken, out withheld);
            taken++;
            _matched++;
        }

        IsDone |= _matched == _expected.Length;
        return taken;
    }

    /// <summary>What is withheld when the bytes end.</summary>
    public ReadOnlySpan<byte> Rest => IsDone ? default : _expected.AsSpan(0, _matched);

    private int Fail(int taken, out ReadOnlySpan<byte> withheld)
    {
        IsDone = true;
        withheld = _expected.AsSpan(0, _matched);
        return taken;
    }
}
