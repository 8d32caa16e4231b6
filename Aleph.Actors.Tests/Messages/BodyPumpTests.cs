using System.Globalization;
using System.Threading.Tasks.Sources;
using Aleph.Actors.Http;
using Aleph.Actors.Http.Exchanges;
using Aleph.Actors.Http.Http1;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Messages;

/// <summary>A streamed body on its way to a connection that takes it at once, later, or as it likes.</summary>
public class BodyPumpTests
{
    // Below and above all that makes a difference: 8, 16 and 32 KiB.
    private static readonly int[] Sizes = [1, 13, 8192, 8193, 16_383, 16_384, 32_768, 32_769, 70_000];

    public static TheoryData<Taking, string, int> Ways
    {
        get
        {
            var ways = new TheoryData<Taking, string, int>();
            foreach (var taking in Enum.GetValues<Taking>())
            {
                foreach (var framing in
                    new[] { nameof(BodyFraming.Length), nameof(BodyFraming.Chunked), nameof(BodyFraming.Close) })
                {
                    ways.Add(taking, framing, 64 * 1024);
                    ways.Add(taking, framing, 1024);
                }
            }

            return ways;
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Elements_arrive_whole_and_in_order_however_they_are_taken(
        Taking taking, string framing, int highMark)
    {
        const int Elements = 400;
        var sizes = SizesOf(Elements);
        var isChunked = framing == nameof(BodyFraming.Chunked);
        using var host = new Host(taking, highMark);
        var body = HttpBody.From(Repeating(sizes), isChunked ? null : sizes.Sum());
        host.Begin(body, Enum.Parse<BodyFraming>(framing), sizes.Sum());
        await host.Ended.Task.Within("all was taken");

        Assert.Null(host.Pump.Failure);
        Assert.Equal(Expected(sizes), isChunked ? Dechunked(host.Sent.ToArray()) : host.Sent.ToArray());
        Assert.Equal(0, host.Buffered.Count);
    }

    [Fact]
    public async Task An_element_that_comes_alone_is_taken_where_it_is_made()
    {
        using var host = new Host(Taking.AtOnce, 64 * 1024);
        var source = new AwaitedLetters(host);
        host.Begin(HttpBody.From(source), BodyFraming.Chunked, 0);
        await host.Ended.Task.Within("all was taken");

        Assert.Equal([0, 6, 12, 18], source.SentBefore);
        Assert.Equal("1\r\na\r\n1\r\nb\r\n1\r\nc\r\n0\r\n\r\n"u8.ToArray(), host.Sent.ToArray());
    }

    [Theory]
    [InlineData(Taking.AtOnce)]
    [InlineData(Taking.Later)]
    public async Task A_source_is_asked_for_nothing_when_nobody_wants_more(Taking taking)
    {
        using var host = new Host(taking, 64 * 1024);
        var disposed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = 0;
        host.StopAt = 3;
        host.Begin(HttpBody.From(Endless()), BodyFraming.Chunked, 0);
        await disposed.Task.Within("the source was disposed");
        await host.Taken(host.StopAt).Within("the turn that stopped it");

        Assert.InRange(asked, 1, 5);
        Assert.Equal(0, host.Buffered.Count);

        async IAsyncEnumerable<ReadOnlyMemory<byte>> Endless()
        {
            try
            {
                while (true)
                {
                    await Task.Yield();
                    asked++;
                    yield return "x"u8.ToArray();
                    if (taking == Taking.Later)
                        await host.Taken(asked).Within("the element was taken");
                }
            }
            finally
            {
                disposed.SetResult();
            }
        }
    }

    private static int[] SizesOf(int count) =>
        [.. Enumerable.Range(0, count).Select(i => Sizes[i * 7 % Sizes.Length])];

    private static byte[] Expected(int[] sizes) =>
        [.. sizes.SelectMany((size, i) => Enumerable.Repeat((byte)i, size))];

    // One buffer for all: whoever kept an element would see the next one's bytes.
    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Repeating(int[] sizes)
    {
        var buffer = new byte[Sizes.Max()];
        for (var i = 0; i < sizes.Length; i++)
        {
            if (i % 3 != 0)
                await Task.Yield();
            buffer.AsSpan().Fill((byte)i);
            yield return buffer.AsMemory(0, sizes[i]);
        }
    }

    private static byte[] Dechunked(byte[] sent)
    {
        var found = new List<byte>();
        for (var at = 0; ;)
        {
            var line = sent.AsSpan(at).IndexOf("\r\n"u8);
            var digits = System.Text.Encoding.ASCII.GetString(sent, at, line);
            var size = int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            at += line + 2;
            found.AddRange(sent.AsSpan(at, size));
            Assert.True(sent.AsSpan(at + size, 2).SequenceEqual("\r\n"u8), "A chunk does not end with its line.");
            at += size + 2;
            if (size == 0)
                return [.. found];
        }
    }

    /// <summary>When the connection has its turn.</summary>
    public enum Taking
    {
        /// <summary>On the thread that makes the body.</summary>
        AtOnce,

        /// <summary>On another.</summary>
        Later,

        /// <summary>Now here, now there, also both at once.</summary>
        Mixed,
    }

    /// <summary>Three elements, none of which is there before it is awaited.</summary>
    private sealed class AwaitedLetters(Host host)
        : IAsyncEnumerable<ReadOnlyMemory<byte>>, IAsyncEnumerator<ReadOnlyMemory<byte>>, IValueTaskSource<bool>
    {
        private static readonly byte[] Letters = "abc"u8.ToArray();

        /// <summary>How much had been sent whenever the next one was asked for.</summary>
        public List<long> SentBefore { get; } = [];

        public ReadOnlyMemory<byte> Current => Letters.AsMemory(SentBefore.Count - 1, 1);

        public IAsyncEnumerator<ReadOnlyMemory<byte>> GetAsyncEnumerator(CancellationToken cancellationToken) => this;

        public ValueTask<bool> MoveNextAsync()
        {
            SentBefore.Add(host.Sent.Length);
            return new(this, 0);
        }

        public ValueTask DisposeAsync() => default;

        public bool GetResult(short token) => SentBefore.Count <= Letters.Length;

        public ValueTaskSourceStatus GetStatus(short token) => ValueTaskSourceStatus.Pending;

        public void OnCompleted(
            Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            ThreadPool.QueueUserWorkItem(continuation, state, preferLocal: false);
    }

    /// <summary>A connection that sends all that it takes at the end of its turn.</summary>
    private sealed class Host(Taking taking, int highMark) : IBodyPumpHost, IDisposable
    {
        private readonly Lock _turn = new();
        private readonly OutputBuffer _output = new(highMark);
        private readonly CancellationTokenSource _aborted = new();
        private TaskCompletionSource _taken = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _calls;

        public BodyPump Pump { get; private set; } = null!;

        public MemoryStream Sent { get; } = new();

        public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>At which turn nothing more is wanted; 0 for never.</summary>
        public int StopAt { get; set; }

        public BufferedBytes Buffered { get; } = new();

        public CancellationToken Aborted => _aborted.Token;

        private int Turns { get; set; }

        public void Begin(HttpBody body, BodyFraming framing, long length)
        {
            body.Claim();
            Pump = new BodyPump(this, body, framing, length, null);
            ThreadPool.UnsafeQueueUserWorkItem(Pump, preferLocal: false);
        }

        public void OutputReady(bool isWorthATurn)
        {
            var call = Interlocked.Increment(ref _calls);
            var isHere = taking == Taking.AtOnce || (taking == Taking.Mixed && call % 3 != 0);
            if (!isHere || !isWorthATurn || !TryTurn())
                ThreadPool.UnsafeQueueUserWorkItem(static x => x.Turn(), this, preferLocal: false);
        }

        /// <summary>Ends when there were so many turns, or more.</summary>
        public async Task Taken(int turns)
        {
            while (true)
            {
                Task next;
                lock (_turn)
                {
                    if (Turns >= turns)
                        return;
                    next = _taken.Task;
                }

                await next;
            }
        }

        public void Dispose()
        {
            _aborted.Dispose();
            Sent.Dispose();
        }

        private bool TryTurn()
        {
            if (!_turn.TryEnter())
                return false;
            try
            {
                Turn();
                return true;
            }
            finally
            {
                _turn.Exit();
            }
        }

        private void Turn()
        {
            lock (_turn)
            {
                Turns++;
                if (Turns == StopAt)
                    Pump.Stop();
                else if (StopAt == 0 || Turns < StopAt)
                    TakeAll();
                (var taken, _taken) = (_taken, new(TaskCreationOptions.RunContinuationsAsynchronously));
                taken.SetResult();
            }
        }

        private void TakeAll()
        {
            bool isAll;
            int sent;
            do
            {
                isAll = Pump.CopyTo(_output);
                sent = 0;
                while (_output.Length > 0)
                {
                    var bytes = _output.Peek(int.MaxValue);
                    Sent.Write(bytes.Span);
                    sent += bytes.Length;
                    _output.Consume(bytes.Length);
                }
            }
            while (sent > 0 && !isAll);
            if (isAll)
                Ended.TrySetResult();
        }
    }
}
