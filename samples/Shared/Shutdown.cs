using System.Runtime.InteropServices;
using Akka.Actor;

namespace Samples;

/// <summary>Ends a sample as a service manager expects it.</summary>
internal static class Shutdown
{
    /// <summary>Waits for SIGINT or SIGTERM, then drains the system's servers and ends it.</summary>
    public static async Task WhenSignalled(ActorSystem system)
    {
        var signalled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Signal);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Signal);
        await signalled.Task;
        await CoordinatedShutdown.Get(system).Run(CoordinatedShutdown.ClrExitReason.Instance);

        void Signal(PosixSignalContext context)
        {
            context.Cancel = true;
            signalled.TrySetResult();
        }
    }
}
