using Aleph.Actors.Connections;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Connections;

/// <summary>Bytes that are sent from where they lie.</summary>
public sealed class LentBytesTests
{
    private readonly LentBytes _lent = new();

    [Fact]
    public void Are_back_at_once_when_they_were_sent_before_anybody_waits()
    {
        for (var i = 0; i < 3; i++)
        {
            _lent.Offer(new byte[10]);
            Assert.True(_lent.IsOffered);
            Assert.True(_lent.TryTake());
            Assert.False(_lent.IsOffered);
            Assert.False(_lent.TryTake());
            _lent.Dispose();
            Assert.True(_lent.WhenBackAsync().AsTask().IsCompletedSuccessfully);
        }
    }

    [Fact]
    public async Task Are_awaited_until_the_buffer_has_consumed_or_dropped_them()
    {
        for (var round = 0; round < 4; round++)
        {
            var buffer = new OutputBuffer(100);
            buffer.Write("ab"u8);
            _lent.Offer("cdefg"u8.ToArray());
            var back = _lent.WhenBackAsync().AsTask();
            Assert.True(_lent.TryTake());
            buffer.Write(_lent);
            buffer.Write("hi"u8);
            Assert.Equal(9, buffer.Length);
            Assert.Equal("ab"u8.ToArray(), buffer.Peek(100).ToArray());
            buffer.Consume(2);
            Assert.Equal("cde"u8.ToArray(), buffer.Peek(3).ToArray());
            buffer.Consume(3);
            Assert.Equal("fg"u8.ToArray(), buffer.Peek(3).ToArray());
            Assert.False(back.IsCompleted);
            if (round % 2 == 0)
                buffer.Consume(2);
            else
                buffer.Clear();
            await back.Within("the bytes were given back");
            Assert.Equal(round % 2 == 0 ? 2 : 0, buffer.Length);
        }
    }

    [Fact]
    public async Task Come_back_once_however_taking_and_waiting_meet()
    {
        for (var i = 0; i < 10_000; i++)
        {
            _lent.Offer(new byte[1]);
            var taken = Task.Run(() =>
            {
                if (_lent.TryTake())
                    _lent.Dispose();
            });
            if (i % 2 == 0 && _lent.TryTake())
                _lent.Dispose();
            await _lent.WhenBackAsync().AsTask().Within("the bytes were given back");
            await taken;
            Assert.False(_lent.IsOffered);
        }
    }
}
