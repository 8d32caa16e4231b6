using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Akka.Actor;
using Akka.Event;

namespace Aleph.Actors.Transports.Sockets;

/// <summary>
/// Makes the completions of one socket run on the thread that polls sockets. The runtime has the switch but does not
/// show it; where it is missing, sockets work as ever and one warning says so.
/// </summary>
internal static class InlineCompletions
{
    private static int _missing;

    public static void Enable(Socket socket, IActorRef owner)
    {
        if (Volatile.Read(ref _missing) != 0)
            return;
        try
        {
            SetPreferInlineCompletions(socket, true);
        }
        catch (MissingMethodException)
        {
            if (Interlocked.Exchange(ref _missing, 1) == 0
                && owner is ActorRefWithCell { Underlying.System: { } system })
            {
                system.Log.Warning(
                    "aleph.io.inline-completions has no effect: this runtime lacks the socket switch for it.");
            }
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_PreferInlineCompletions")]
    private static extern void SetPreferInlineCompletions(Socket socket, bool value);
}
