using System.Diagnostics;
using Akka.Actor;
using Aleph.Actors.Connections;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Connections;

public class UserCodeTests : PatientTestKit
{
    private static readonly AsyncLocal<string?> Local = new();

    [Fact]
    public void Leaves_no_async_local_and_no_activity_behind()
    {
        using (UserCode.Enter())
        {
            Local.Value = "first";
            Activity.Current = new Activity("first").Start();
        }

        Assert.Null(Local.Value);
        Assert.Null(Activity.Current);
        using (UserCode.Enter())
        {
            Assert.Null(Local.Value);
            Assert.Null(Activity.Current);
        }
    }

    [Fact]
    public void Shows_user_code_nothing_of_the_caller()
    {
        Local.Value = "caller";
        using (UserCode.Enter())
            Assert.Null(Local.Value);
    }

    [Fact]
    public async Task Hides_the_actor_and_brings_it_back()
    {
        var done = new TaskCompletionSource<bool>();
        var actor = Sys.ActorOf(Props.Create(() => new Guarded(done)));
        actor.Tell("go");
        Assert.True(await done.Task.Within("the guarded actor ran"));
    }

    private sealed class Guarded(TaskCompletionSource<bool> done) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            try
            {
                using (UserCode.Enter())
                    Assert.Throws<NotSupportedException>(() => Context.Self);
                done.SetResult(Context.Self.Equals(Self));
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        }
    }
}
