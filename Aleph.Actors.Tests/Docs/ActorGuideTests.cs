using Akka.Actor;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Docs;

public sealed class ActorGuideTests : PatientTestKit
{
    [Fact]
    public async Task An_actor_writes_the_news()
    {
        var handler = ActorExamples.Feed(Sys, Props.Create(() => new ActorExamples.News()));
        var answer = await handler(new HttpRequest("GET", "/"));
        Assert.Equal("line 1\nline 2\nline 3\n", await answer.Body.ReadTextAsync().Within("the news"));
    }

    [Fact]
    public async Task An_actor_counts()
    {
        var counter = Sys.ActorOf(Props.Create(() => new ActorExamples.Counter()));
        var handler = ActorExamples.Counting(Sys, counter);
        for (var i = 1; i <= 2; i++)
        {
            var answer = await handler(new HttpRequest("GET", "/count")).Within("an answer");
            Assert.Equal($"{i}", await answer.Body.ReadTextAsync());
        }
    }
}
