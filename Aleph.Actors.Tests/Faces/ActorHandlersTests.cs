using Akka.Actor;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Faces;

public sealed class ActorHandlersTests() : PatientTestKit()
{
    [Fact]
    public async Task An_actor_answers_what_it_is_asked()
    {
        var handler = ActorHandlers.Ask(Sys, TestActor, 1, TimeSpan.FromSeconds(20));
        var answer = handler(new HttpRequest("GET", "/a")).AsTask();
        var request = await ExpectMsgAsync<HttpRequest>();
        LastSender.Tell(HttpResponse.Text(request.Path));
        Assert.Equal("/a", await (await answer.Within("an answer")).Body.ReadTextAsync());
    }

    [Fact]
    public async Task Beyond_the_limit_it_is_not_asked_and_afterwards_it_is_again()
    {
        var handler = ActorHandlers.Ask(Sys, TestActor, 2, TimeSpan.FromSeconds(20));
        var first = handler(new HttpRequest("GET", "/1")).AsTask();
        await ExpectMsgAsync<HttpRequest>();
        var sender = LastSender;
        _ = handler(new HttpRequest("GET", "/2")).AsTask();
        await ExpectMsgAsync<HttpRequest>();
        var busy = await handler(new HttpRequest("GET", "/3"));
        Assert.Equal(503, busy.Status.Code);
        Assert.Equal("1", busy.Headers["Retry-After"]);
        sender.Tell(HttpResponse.Text(""));
        await first.Within("an answer");
        _ = handler(new HttpRequest("GET", "/4")).AsTask();
        Assert.Equal("/4", (await ExpectMsgAsync<HttpRequest>()).Path);
    }

    [Fact]
    public async Task An_actor_that_is_late_gives_a_503_and_its_answer_goes_to_dead_letters()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Akka.Event.DeadLetter));
        var silent = CreateTestProbe();
        var handler = ActorHandlers.Ask(Sys, silent, 1, TimeSpan.FromMilliseconds(50));
        var fault = await Assert.ThrowsAsync<HttpMessageException>(
            () => handler(new HttpRequest("GET", "/")).AsTask().Within("an answer"));
        Assert.Equal(503, fault.Error.Status.Code);
        await silent.ExpectMsgAsync<HttpRequest>();
        silent.LastSender.Tell(HttpResponse.Text("late"));
        await ExpectMsgAsync<Akka.Event.DeadLetter>(x => x.Message is HttpResponse, Waiting.Limit);
    }

    [Fact]
    public async Task An_actor_that_fails_or_has_stopped_says_so()
    {
        var handler = ActorHandlers.Ask(Sys, TestActor, 1, TimeSpan.FromSeconds(20));
        var answer = handler(new HttpRequest("GET", "/")).AsTask();
        await ExpectMsgAsync<HttpRequest>();
        LastSender.Tell(new Status.Failure(new InvalidOperationException("boom")));
        await Assert.ThrowsAsync<InvalidOperationException>(() => answer.Within("an answer"));

        var dead = CreateTestProbe();
        Watch(dead);
        Sys.Stop(dead);
        await ExpectTerminatedAsync(dead);
        var asked = ActorHandlers.Ask(Sys, dead, 1, TimeSpan.FromSeconds(20))(new HttpRequest("GET", "/")).AsTask();
        var fault = await Assert.ThrowsAsync<HttpMessageException>(() => asked.Within("an answer"));
        Assert.Equal(503, fault.Error.Status.Code);
    }
}
