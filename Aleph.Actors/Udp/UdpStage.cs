using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Stage;
using AkkaUdp = Akka.IO.Udp;
using Decider = Akka.Streams.Supervision.Decider;
using Deciders = Akka.Streams.Supervision.Deciders;
using Directive = Akka.Streams.Supervision.Directive;

namespace Aleph.Actors.Udp;

/// <summary>
/// A socket as a stage: binds it at the start, closes it at the end. The output takes from the socket's queue; the
/// input is asked for while fewer sends than a window are under way.
/// </summary>
internal sealed class UdpStage(ActorSystem system, UdpSettings settings, bool endsWithInput)
    : GraphStageWithMaterializedValue<FlowShape<Datagram, Datagram>, Task<UdpBinding>>
{
    private readonly Inlet<Datagram> _in = new("Udp.in");
    private readonly Outlet<Datagram> _out = new("Udp.out");

    public override FlowShape<Datagram, Datagram> Shape => new(_in, _out);

    public override ILogicAndMaterializedValue<Task<UdpBinding>> CreateLogicAndMaterializedValue(
        Attributes inheritedAttributes)
    {
        var strategy = inheritedAttributes.GetAttribute<ActorAttributes.SupervisionStrategy>();
        var logic = new Logic(this, strategy?.Decider ?? Deciders.StoppingDecider);
        return new LogicAndMaterializedValue<Task<UdpBinding>>(logic, logic.Binding);
    }

    private bool EndsWithInput => endsWithInput;

    private UdpSettings Settings => settings;

    private Task<UdpBinding> BindAsync() => UdpExtension.Get(system).BindAsync(settings);

    private sealed class Logic : InAndOutGraphStageLogic
    {
        private readonly UdpStage _stage;
        private readonly Decider _decider;
        private readonly DatagramWindow _window;
        private readonly TaskCompletionSource<UdpBinding> _bound =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        private readonly Action<UdpBinding> _onBound;
        private readonly Action<Exception> _onBindFailed;
        private readonly Action _onReadable;
        private readonly Action _onClosed;
        private UdpBinding? _binding;
        private bool _waits;
        private volatile bool _stopped;

        public Logic(UdpStage stage, Decider decider)
            : base(stage.Shape)
        {
            (_stage, _decider) = (stage, decider);
            _window = new DatagramWindow(stage.Settings, GetAsyncCallback(OnSent));
            _onBound = GetAsyncCallback<UdpBinding>(OnBound);
            _onBindFailed = GetAsyncCallback<Exception>(FailStage);
            _onReadable = GetAsyncCallback(OnReadable);
            _onClosed = GetAsyncCallback(EndIfDone);
            SetHandler(stage._in, this);
            SetHandler(stage._out, this);
        }

        public Task<UdpBinding> Binding => _bound.Task;

        private bool IsSocketClosed => _binding is { Completion.IsCompleted: true };

        public override void PreStart()
        {
            // Either side may end before the socket is bound.
            SetKeepGoing(true);
            _ = BindAsync();
        }

        public override void OnPush()
        {
            _window.Send(_binding!.Actor, Grab(_stage._in));
            PullMore();
        }

        public override void OnUpstreamFinish() => EndIfDone();

        public override void OnPull() => Move();

        public override void OnDownstreamFinish(Exception cause)
        {
            // What comes from now on is for the kernel to drop.
            _binding?.Actor.Tell(AkkaUdp.SuspendReading.Instance, ActorRefs.NoSender);
            EndIfDone();
        }

        public override void PostStop()
        {
            _stopped = true;
            _binding?.Actor.Tell(PoisonPill.Instance, ActorRefs.NoSender);
        }

        private async Task BindAsync()
        {
            try
            {
                var binding = await _stage.BindAsync().ConfigureAwait(false);
                _bound.TrySetResult(binding);
                _onBound(binding);
                if (_stopped)
                    binding.Actor.Tell(PoisonPill.Instance, ActorRefs.NoSender);
                await binding.Completion.ConfigureAwait(false);
                _onClosed();
            }
            catch (Exception cause)
            {
                _bound.TrySetException(cause);
                _onBindFailed(cause);
            }
        }

        private void OnBound(UdpBinding binding)
        {
            _binding = binding;
            if (IsClosed(_stage._out))
                binding.Actor.Tell(AkkaUdp.SuspendReading.Instance, ActorRefs.NoSender);
            PullMore();
            Move();
            EndIfDone();
        }

        private void OnReadable()
        {
            _waits = false;
            Move();
        }

        private void OnSent()
        {
            if (HasFailed())
                return;
            PullMore();
            EndIfDone();
        }

        private bool HasFailed()
        {
            while (_window.TakeFailure() is { } cause)
            {
                if (_decider(cause) == Directive.Stop)
                {
                    FailStage(cause);
                    return true;
                }
            }

            return false;
        }

        private void PullMore()
        {
            if (_binding is null || IsSocketClosed || !_window.HasRoom)
                return;
            if (!HasBeenPulled(_stage._in) && !IsClosed(_stage._in))
                Pull(_stage._in);
        }

        private void Move()
        {
            if (_binding is not { } binding || !IsAvailable(_stage._out))
                return;
            if (binding.Queue.TryTake(out var datagram))
            {
                Push(_stage._out, datagram);
                EndIfDone();
            }
            else if (binding.Queue.HasEnded)
            {
                EndIfDone();
            }
            else if (!_waits)
            {
                _waits = true;

                // Ends with the socket at the latest, and cannot fail.
                _ = WaitAsync(binding.Queue);
            }
        }

        private async Task WaitAsync(DatagramQueue queue)
        {
            await queue.WaitAsync().ConfigureAwait(false);
            _onReadable();
        }

        // Not before each send has its answer; one may have failed whose call is still on its way. What a closed socket
        // has not answered for, it never saw.
        private void EndIfDone()
        {
            // In this order: a socket that is closed has answered for all that it saw, and a failure is there before
            // its datagram leaves the window.
            var isClosed = IsSocketClosed;
            var isEmpty = _window.IsEmpty;
            if (!IsDone(isClosed) || !(isEmpty || isClosed) || HasFailed())
                return;
            var closed = DatagramSender.Closed();
            var isCut = !isEmpty && _decider(closed) == Directive.Stop;
            if (isCut || (_stage.EndsWithInput && !IsClosed(_stage._in)))
                FailStage(closed);
            else
                CompleteStage();
        }

        private bool IsDone(bool isSocketClosed)
        {
            if (_binding is null)
                return false;
            if (isSocketClosed)
                return IsClosed(_stage._out) || _binding.Queue.HasEnded;
            return IsClosed(_stage._in) && (_stage.EndsWithInput || IsClosed(_stage._out));
        }
    }
}
