using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Stage;
using Aleph.Actors.Connections;

namespace Aleph.Actors.Tcp.Streams;

/// <summary>
/// Spawns a server and emits its connections. Each pull asks the listeners for one, so at most one is on its way and
/// none is buffered here. Ends with the server; unbinds it when it ends before.
/// </summary>
/// <param name="spec">Makes the server whose connections go to an inlet; an exception fails the stage.</param>
/// <param name="system">Where the server's actors live.</param>
/// <param name="name">The server actor's name; null lets the system choose.</param>
internal sealed class BindStage<T>(Func<ConnectionInlet<T>, ServerSpec> spec, ActorSystem system, string? name)
    : GraphStageWithMaterializedValue<SourceShape<T>, Task<ServerBinding>>
    where T : class, IIncomingConnection
{
    private readonly Outlet<T> _out = new("Bind.out");

    public override SourceShape<T> Shape => new(_out);

    public override ILogicAndMaterializedValue<Task<ServerBinding>> CreateLogicAndMaterializedValue(
        Attributes inheritedAttributes)
    {
        var logic = new Logic(this);
        return new LogicAndMaterializedValue<Task<ServerBinding>>(logic, logic.Binding);
    }

    private Task<ServerBinding> BindAsync(ConnectionInlet<T> inlet) =>
        ServerBinding.BindAsync(system, spec(inlet), name);

    private sealed class Logic : OutGraphStageLogic
    {
        private readonly BindStage<T> _stage;
        private readonly TaskCompletionSource<ServerBinding> _binding =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ConnectionInlet<T> _inlet;
        private readonly Action<ServerBinding> _onBound;
        private readonly Action<Exception?> _onEnded;
        private IActorRef? _server;
        private volatile bool _stopped;

        public Logic(BindStage<T> stage)
            : base(stage.Shape)
        {
            _stage = stage;
            _onBound = GetAsyncCallback<ServerBinding>(OnBound);
            _onEnded = GetAsyncCallback<Exception?>(OnEnded);
            _inlet = new ConnectionInlet<T>(GetAsyncCallback(Emit));
            SetHandler(stage._out, this);
        }

        public Task<ServerBinding> Binding => _binding.Task;

        public override void PreStart() => _ = RunAsync();

        public override void OnPull()
        {
            _inlet.Demand.Ask(1);
            _server?.Tell(ConnectionsMessages.Asked.Instance, ActorRefs.NoSender);
        }

        public override void PostStop()
        {
            _stopped = true;
            _inlet.Close();
            _server?.Tell(ServerProtocol.Unbind.Instance, ActorRefs.NoSender);
        }

        private async Task RunAsync()
        {
            try
            {
                var binding = await _stage.BindAsync(_inlet).ConfigureAwait(false);
                _binding.TrySetResult(binding);
                _onBound(binding);
                if (_stopped)
                    binding.Actor.Tell(ServerProtocol.Unbind.Instance, ActorRefs.NoSender);
                await binding.Completion.ConfigureAwait(false);
                _onEnded(null);
            }
            catch (Exception cause)
            {
                _binding.TrySetException(cause);
                _onEnded(cause);
            }
        }

        private void OnBound(ServerBinding binding)
        {
            _server = binding.Actor;
            if (!_inlet.Demand.IsNone)
                _server.Tell(ConnectionsMessages.Asked.Instance, ActorRefs.NoSender);
        }

        private void OnEnded(Exception? cause)
        {
            _server = null;
            if (cause is null)
                CompleteStage();
            else
                FailStage(cause);
        }

        private void Emit()
        {
            if (IsAvailable(_stage._out) && _inlet.TryTake(out var connection))
                Push(_stage._out, connection);
        }
    }
}
