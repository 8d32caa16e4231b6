using System.Runtime.InteropServices;
using Akka.Actor;

namespace Samples;

/// <summary>
/// Ends a sample as a service manager expects it: made before anything listens, so that SIGINT and SIGTERM are heeded
/// from then on.
/// </summary>
internal sealed class Shutdown : IDisposable
{
    private readonly TaskCompletionSource _signalled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;

    public Shutdown()
    {
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
    }

    /// <summary>Waits for a signal, which may have come, then drains the system's servers and ends it.</summary>
    public async Task WhenSignalled(ActorSystem system)
    {
        await _signalled.Task;
        await CoordinatedShutdown.Get(system).Run(CoordinatedShutdown.ClrExitReason.Instance);
    }

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        _signalled.TrySetResult();
    }
}
