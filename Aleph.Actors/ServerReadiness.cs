namespace Aleph.Actors;

/// <summary>
/// Whether servers want new connections, for whoever directs clients to them: true from the moment at which all that
/// share it listen, false as soon as one of them begins to drain or to stop, before it stops listening. Give it to
/// <see cref="TcpSettings.Readiness"/>. Any thread.
/// </summary>
public sealed class ServerReadiness
{
    private readonly Lock _lock = new();
    private int _starting;
    private int _ready;
    private int _leaving;

    /// <summary>Whether they do; false before the first one listens and after the end of the last.</summary>
    public bool IsReady
    {
        get
        {
            lock (_lock)
                return _ready > 0 && _starting == 0 && _leaving == 0;
        }
    }

    internal Member Join()
    {
        lock (_lock)
            _starting++;
        return new Member(this);
    }

    /// <summary>One server's part in it. Used on that server's turn.</summary>
    internal sealed class Member(ServerReadiness of)
    {
        private Stage _stage;

        private enum Stage
        {
            Starting,
            Ready,
            Leaving,
            Gone,
        }

        public bool IsReady => _stage == Stage.Ready;

        /// <summary>It listens.</summary>
        public void Ready() => Move(Stage.Ready);

        /// <summary>It will stop listening.</summary>
        public void Leave() => Move(Stage.Leaving);

        /// <summary>It has ended.</summary>
        public void End() => Move(Stage.Gone);

        private void Move(Stage next)
        {
            if (next <= _stage)
                return;
            lock (of._lock)
            {
                Count(_stage, -1);
                Count(next, 1);
            }

            _stage = next;
        }

        private void Count(Stage stage, int by)
        {
            if (stage == Stage.Starting)
                of._starting += by;
            else if (stage == Stage.Ready)
                of._ready += by;
            else if (stage == Stage.Leaving)
                of._leaving += by;
        }
    }
}
