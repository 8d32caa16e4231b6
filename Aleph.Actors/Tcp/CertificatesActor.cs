using Akka.Actor;
using Akka.Event;
using Aleph.Actors.Transports.Tls;

namespace Aleph.Actors.Tcp;

/// <summary>
/// Keeps the certificates of one server fresh: loads them when told to by <see cref="ServerProtocol"/>, and when their
/// files have changed. What cannot be loaded changes nothing. A child of its server; files are read on the pool, one
/// loading at a time.
/// </summary>
internal sealed class CertificatesActor : UntypedActor, IWithTimers
{
    private readonly TlsServerContext _context;
    private readonly Queue<Work> _waiting = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private bool _isLoading;
    private bool _hasWarned;

    private CertificatesActor(TlsServerContext context) => _context = context;

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Create(TlsServerContext context) =>
        Props.CreateBy(new Producer(context)).WithDeploy(Deploy.Local);

    protected override void PreStart() => Watch();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ServerProtocol.ReloadCertificates reload:
                Enqueue(new Work(() => Load(_context.Settings), reload, Sender));
                break;
            case ServerProtocol.SetTls set:
                Enqueue(new Work(() => Use(set.Settings), set, Sender));
                break;
            case Look:
                Enqueue(new Work(_context.LoadIfChanged, null, ActorRefs.Nobody));
                break;
            case Loaded loaded:
                OnLoaded(loaded);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Watch()
    {
        if (_context.Settings.WatchInterval is { } interval)
            Timers.StartSingleTimer(Look.Instance, Look.Instance, interval);
        else
            Timers.CancelAll();
    }

    private void Enqueue(Work work)
    {
        _waiting.Enqueue(work);
        LoadNext();
    }

    private void LoadNext()
    {
        if (_isLoading || !_waiting.TryDequeue(out var work))
            return;
        _isLoading = true;
        Task.Run(work.Load).PipeTo(
            Self,
            success: isNew => new Loaded(work, isNew, null),
            failure: cause => new Loaded(work, false, cause));
    }

    private void OnLoaded(Loaded loaded)
    {
        _isLoading = false;
        if (loaded.IsNew)
        {
            _hasWarned = false;
            _log.Info("New connections get {0}", _context.Settings.Certificate);
        }

        if (loaded.Work.Command is { } command)
            Answer(command, loaded);
        else if (loaded.Failure is { } cause)
            Warn(cause);
        Watch();
        LoadNext();
    }

    private static void Answer(ServerProtocol.Command command, Loaded loaded) => loaded.Work.Asker.Tell(
        loaded.Failure is { } cause
            ? new ServerProtocol.CommandFailed(command, cause)
            : ServerProtocol.CertificatesReloaded.Instance,
        Context.Parent);

    // Once, however long a half-written pair of files lies there.
    private void Warn(Exception cause)
    {
        if (!_hasWarned)
            _log.Warning("Changed certificates are not used, the former ones are: {0}", cause.Message);
        _hasWarned = true;
    }

    private bool Use(TlsServerSettings settings)
    {
        SettingsFaults.ThrowIfAny(settings.Validate());
        return Load(settings);
    }

    private bool Load(TlsServerSettings settings)
    {
        _context.Load(settings);
        return true;
    }

    private sealed record Work(Func<bool> Load, ServerProtocol.Command? Command, IActorRef Asker);

    private sealed record Loaded(Work Work, bool IsNew, Exception? Failure)
        : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    private sealed class Look : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static Look Instance { get; } = new();
    }

    private sealed class Producer(TlsServerContext context) : IIndirectActorProducer
    {
        public Type ActorType => typeof(CertificatesActor);

        public ActorBase Produce() => new CertificatesActor(context);

        public void Release(ActorBase actor)
        {
        }
    }
}
