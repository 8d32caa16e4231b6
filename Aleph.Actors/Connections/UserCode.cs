using Akka.Actor;
using Akka.Actor.Internal;

namespace Aleph.Actors.Connections;

/// <summary>
/// The guard around every call of user code on a connection's turn: <c>using var _ = UserCode.Enter();</c>. Inside,
/// there is no current actor, so <c>Context</c> and <c>Self</c> throw instead of being the connection; afterwards the
/// actor is back and nothing that the user code put into the flow of execution (AsyncLocal, Activity) is left for the
/// next call.
/// </summary>
internal readonly ref struct UserCode
{
    /// <summary>The flow of execution that nobody has put anything into.</summary>
    public static readonly ExecutionContext Clean = CaptureClean();

    private readonly ActorCell? _cell;

    private UserCode(ActorCell? cell) => _cell = cell;

    public static UserCode Enter()
    {
        var guard = new UserCode(InternalCurrentActorCellKeeper.Current);
        InternalCurrentActorCellKeeper.Current = null;
        ExecutionContext.Restore(Clean);
        return guard;
    }

    public void Dispose()
    {
        ExecutionContext.Restore(Clean);
        InternalCurrentActorCellKeeper.Current = _cell;
    }

    // A context can only be captured from a thread; this one has never run anybody's code.
    private static ExecutionContext CaptureClean()
    {
        ExecutionContext? clean = null;
        var thread = new Thread(() => clean = ExecutionContext.Capture());
        thread.UnsafeStart();
        thread.Join();
        return clean!;
    }
}
