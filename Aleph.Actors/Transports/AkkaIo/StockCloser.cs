namespace Aleph.Actors.Transports.AkkaIo;

/// <summary>
/// What is left of a stock connection after its actor let it go: sends the rest, then FIN, and reads on until the
/// peer's end, so that unread input does not turn the close into a reset which would destroy the last response. Runs
/// on the threads of Akka.IO and of the linger timer, under the lock of its <see cref="StockConnection"/>; ends at the
/// linger deadline at the latest.
/// </summary>
internal sealed class StockCloser(
    StockConnection stock, OutputBuffer output, int inFlight, bool finSent, bool peerClosed)
{
    private const int DiscardLimit = 1024 * 1024;

    private int _inFlight = inFlight;
    private bool _finSent = finSent;
    private bool _aborted;
    private bool _ended;
    private int _discarded;
    private ITimer? _timer;

    public void Begin(bool abort, TimeSpan linger, TimeProvider time) => stock.LeaveTo(this, pending =>
    {
        var isRead = !peerClosed && !pending.HasPeerClosed;
        On(pending);
        if (abort && !_ended)
            Abort();
        if (_ended || _aborted)
            return;
        if (isRead)
            stock.Read();
        Continue();
        _timer = time.CreateTimer(
            static closer => ((StockCloser)closer!).OnLingered(), this, linger, Timeout.InfiniteTimeSpan);
    });

    public void On(StockEvents news)
    {
        if (_ended)
            return;
        if (news.HasEnded)
        {
            End();
            return;
        }

        if (news.IsSent)
            OnSent();
        if (_aborted)
            return;
        if (news.Failure is not null)
            Abort();
        else if (news.IsSent)
            Continue();
        if (news.Received is { } received)
            Discard(received.Count);
    }

    private void OnSent()
    {
        output.Consume(_inFlight);
        _inFlight = 0;
    }

    private void Continue()
    {
        if (_inFlight > 0 || _finSent)
            return;
        if (output.Length > 0)
        {
            var memory = output.Peek(StockSettings.MaxFrame);
            _inFlight = memory.Length;
            stock.Write(memory);
            return;
        }

        _finSent = true;
        stock.EndOutput();
    }

    private void Discard(int count)
    {
        _discarded += count;
        if (_discarded > DiscardLimit)
            Abort();
        else
            stock.Read();
    }

    private void OnLingered() => stock.Run(() =>
    {
        // The kernel delivers what it holds to a peer that reads slowly, also after the socket is gone; a reset would
        // not.
        if (!_ended && _finSent)
            stock.EndInput();
        else if (!_ended)
            Abort();
    });

    private void Abort()
    {
        _aborted = true;
        _timer?.Dispose();
        stock.Abort();
    }

    private void End()
    {
        _ended = true;
        _timer?.Dispose();

        // The socket is gone, and with it a send that was in flight.
        output.Clear();
    }
}
