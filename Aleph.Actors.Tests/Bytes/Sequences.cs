using System.Buffers;

namespace Aleph.Actors.Tests.Bytes;

/// <summary>Sequences of more than one segment.</summary>
internal static class Sequences
{
    public static ReadOnlySequence<byte> Of(params byte[][] pieces)
    {
        Segment? first = null, last = null;
        foreach (var piece in pieces)
        {
            var next = new Segment(piece, last);
            first ??= next;
            last = next;
        }

        return first is null ? default : new ReadOnlySequence<byte>(first, 0, last!, last!.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] bytes, Segment? before)
        {
            Memory = bytes;
            if (before is null)
                return;
            RunningIndex = before.RunningIndex + before.Memory.Length;
            before.Next = this;
        }
    }
}
