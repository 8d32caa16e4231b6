using System.Buffers;
using Xunit;

namespace Aleph.Actors.Tests.Bytes;

public sealed class ByteComparisonTests
{
    [Theory]
    [InlineData("", "", 0)]
    [InlineData("", "00", -1)]
    [InlineData("7f", "80", -1)]
    [InlineData("ff", "01", 1)]
    [InlineData("0102", "0102", 0)]
    [InlineData("0102", "010203", -1)]
    [InlineData("0103", "010203", 1)]
    public void Orders_bytes_as_numbers_without_sign_and_a_beginning_first(string x, string y, int sign)
    {
        var (left, right) = (Convert.FromHexString(x), Convert.FromHexString(y));

        Assert.Equal(sign, Math.Sign(ByteComparison.Compare(left, right)));
        Assert.Equal(-sign, Math.Sign(ByteComparison.Compare(right, left)));
        Assert.Equal(sign == 0, ByteComparison.Equal(left, right));
        for (var cut = 0; cut <= left.Length; cut++)
        {
            var pieces = Sequences.Of(left[..cut], left[cut..]);
            Assert.Equal(sign, Math.Sign(ByteComparison.Compare(pieces, new ReadOnlySequence<byte>(right))));
            Assert.Equal(sign == 0, ByteComparison.Equal(new ReadOnlySequence<byte>(right), pieces));
        }
    }

    [Fact]
    public void Sorts_and_finds_memory_by_its_content()
    {
        var sorted = new SortedSet<ReadOnlyMemory<byte>>(ByteComparison.Comparer) { "b"u8.ToArray(), "a"u8.ToArray() };
        var found = new Dictionary<ReadOnlyMemory<byte>, int>(ByteComparison.Comparer) { ["key"u8.ToArray()] = 7 };

        Assert.Equal((byte)'a', sorted.Min.Span[0]);
        Assert.Equal(7, found["key"u8.ToArray()]);
        Assert.False(found.ContainsKey("kez"u8.ToArray()));
    }
}
