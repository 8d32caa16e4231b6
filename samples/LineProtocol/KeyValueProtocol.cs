using System.Collections.Concurrent;
using System.Text;
using Aleph.Actors;

namespace LineProtocol;

/// <summary>
/// A store spoken to in lines: <c>SET key value</c>, <c>GET key</c>, <c>UPPER text</c>, <c>QUIT</c>. Each line is
/// answered by one line, in order, however many a client sends ahead.
/// </summary>
internal sealed class KeyValueProtocol(ConcurrentDictionary<string, string> store) : IConnectionProtocol
{
    private const int LongestLine = 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private IConnection _connection = null!;

    /// <summary>A client that says nothing for so long is sent away.</summary>
    public long Deadline { get; private set; }

    public void Start(IConnection connection)
    {
        _connection = connection;
        RestartClock();
    }

    public int OnReceived(ReadOnlySpan<byte> data)
    {
        var consumed = 0;
        while (data[consumed..].IndexOf((byte)'\n') is >= 0 and var length)
        {
            // A client that does not read its answers gets no more of them, until it has.
            if (_connection.Output.IsAboveHighMark)
            {
                _connection.PauseReading();
                return consumed;
            }

            var line = Encoding.UTF8.GetString(data.Slice(consumed, length)).TrimEnd('\r');
            consumed += length + 1;
            RestartClock();
            if (!Answer(line))
                return data.Length;
        }

        if (data.Length - consumed > LongestLine)
            Leave($"ERROR a line has at most {LongestLine} bytes", ConnectionEndReason.LimitExceeded);
        return consumed;
    }

    public void OnWritable() => _connection.ResumeReading();

    public void OnPeerClosed() => _connection.Close(ConnectionEnd.Completed);

    public void OnDeadline(long now) => Leave("BYE you were silent for too long", ConnectionEndReason.Timeout);

    /// <summary>Every line that came was answered at once, so nothing is under way.</summary>
    public void Drain() => Leave("BYE the server stops", ConnectionEndReason.Drained);

    public void OnMessage(object message)
    {
        // Nobody tells this protocol anything; one that waits for an actor's answer gets it here.
    }

    public void OnEnded(ConnectionEnd end)
    {
        // It holds nothing that needs a release.
    }

    private bool Answer(string line)
    {
        switch (line.Split(' ', 3))
        {
            case ["SET", var key, var value]:
                store[key] = value;
                Say("OK");
                return true;
            case ["GET", var key]:
                Say(store.TryGetValue(key, out var found) ? "VALUE " + found : "NONE");
                return true;
            case ["UPPER", ..]:
                Say(line["UPPER".Length..].TrimStart().ToUpperInvariant());
                return true;
            case ["QUIT"]:
                Leave("BYE", ConnectionEndReason.Completed);
                return false;
            default:
                Say("ERROR use SET key value, GET key, UPPER text or QUIT");
                return true;
        }
    }

    private void Say(string line) => Encoding.UTF8.GetBytes(line + "\n", _connection.Output);

    private void Leave(string lastLine, ConnectionEndReason reason)
    {
        Say(lastLine);
        _connection.Close(new ConnectionEnd(reason));
    }

    private void RestartClock() =>
        Deadline = _connection.Now + (long)(Patience.TotalSeconds * _connection.Time.TimestampFrequency);
}
