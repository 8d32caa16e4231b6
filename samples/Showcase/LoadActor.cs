using Akka.Actor;
using Aleph.Actors.Http;

namespace Showcase;

/// <summary>Keeps the second server busy, some hundred requests a second, and tells how they went.</summary>
internal sealed class LoadActor(IActorRef monitor, string url) : UntypedActor, IWithTimers
{
    private const int Users = 4;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(250);

    private readonly AlephHttpClient _client = Context.System.Http().Client;
    private long _answered;
    private long _failed;
    private string? _lastFailure;

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        for (var i = 0; i < Users; i++)
            Ask();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Answered:
                _answered++;
                Again(Pause);
                break;
            case Status.Failure failure:
                (_failed, _lastFailure) = (_failed + 1, failure.Cause.GetType().Name);
                Again(Rest);
                break;
            case Next:
                Ask();
                break;
        }
    }

    private void Again(TimeSpan pause)
    {
        monitor.Tell(new LoadView(_answered, _failed, _lastFailure));
        Timers.StartSingleTimer(new object(), Next.Instance, pause);
    }

    private void Ask() => AskAsync().PipeTo(Self);

    private async Task<Answered> AskAsync()
    {
        using var response = await _client.GetAsync(url);
        await response.Body.ReadBytesAsync();
        return Answered.Instance;
    }

    private sealed class Answered
    {
        public static Answered Instance { get; } = new();
    }

    private sealed class Next
    {
        public static Next Instance { get; } = new();
    }
}
