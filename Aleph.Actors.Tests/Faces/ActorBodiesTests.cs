using System.Text;
using Akka.Actor;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Conformance;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Faces;

public sealed class ActorBodiesTests() : PatientTestKit()
{
    [Fact]
    public async Task An_actor_writes_a_body_as_there_is_room()
    {
        var reading = HttpBody.WrittenBy(Sys, TestActor).ReadTextAsync().AsTask();
        var writer = (await ExpectMsgAsync<HttpBodyProtocol.Begun>()).Writer;
        var write = Write("a");
        writer.Tell(write);
        Assert.Same(write, (await ExpectMsgAsync<HttpBodyProtocol.Taken>()).Write);
        writer.Tell(Write("b"));
        writer.Tell(HttpBodyProtocol.Complete.Instance);
        await ExpectMsgAsync<HttpBodyProtocol.Taken>();
        await ExpectMsgAsync<HttpBodyProtocol.Sent>();
        Assert.Equal("ab", await reading.Within("the body"));
        writer.Tell(Write("late"));
        await ExpectMsgAsync<HttpBodyProtocol.CommandFailed>();
    }

    [Fact]
    public async Task As_many_writes_wait_as_the_window_allows_and_one_more_is_refused()
    {
        await using var elements = HttpBody.WrittenBy(Sys, TestActor, 2).ReadElementsAsync().GetAsyncEnumerator();
        var first = elements.MoveNextAsync().AsTask();
        var writer = (await ExpectMsgAsync<HttpBodyProtocol.Begun>()).Writer;
        writer.Tell(Write("1"));
        writer.Tell(Write("2"));
        var refused = Write("3");
        writer.Tell(refused);
        Assert.Same(refused, (await ExpectMsgAsync<HttpBodyProtocol.CommandFailed>()).Command);
        Assert.True(await first.Within("an element"));
        Assert.True(await elements.MoveNextAsync().Within("an element"));
        await ExpectMsgAsync<HttpBodyProtocol.Taken>();
        writer.Tell(Write("4"));
        Assert.True(await elements.MoveNextAsync().Within("an element"));
        Assert.Equal("4", Encoding.ASCII.GetString(elements.Current.Span));
    }

    [Fact]
    public async Task A_producer_that_fails_or_stops_fails_the_body()
    {
        var failing = HttpBody.WrittenBy(Sys, TestActor).ReadBytesAsync().AsTask();
        var writer = (await ExpectMsgAsync<HttpBodyProtocol.Begun>()).Writer;
        writer.Tell(new HttpBodyProtocol.Fail(new InvalidOperationException("boom")));
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => failing.Within("the failure"));
        Assert.Equal("boom", fault.Message);
        await ExpectMsgAsync<HttpBodyProtocol.GivenUp>();

        var probe = CreateTestProbe();
        var stopped = HttpBody.WrittenBy(Sys, probe).ReadBytesAsync().AsTask();
        await probe.ExpectMsgAsync<HttpBodyProtocol.Begun>();
        Sys.Stop(probe);
        await Assert.ThrowsAsync<InvalidOperationException>(() => stopped.Within("the failure"));
    }

    [Fact]
    public async Task It_is_told_when_the_client_leaves_and_when_nobody_wants_the_body()
    {
        await using var host = await HttpHost.StartAsync(
            _ => new(HttpResponse.Of(HttpBody.WrittenBy(Sys, TestActor))));
        using var client = await RawClient.ConnectAsync(host.EndPoint);
        await client.SendAsync(RawClient.Bytes("HEAD / HTTP/1.1|Host: a||"));
        await ExpectMsgAsync<HttpBodyProtocol.GivenUp>(Waiting.Limit);
        await client.SendAsync(RawClient.Bytes("GET / HTTP/1.1|Host: a||"));
        await ExpectMsgAsync<HttpBodyProtocol.Begun>(Waiting.Limit);
        client.Reset();
        await ExpectMsgAsync<HttpBodyProtocol.GivenUp>(Waiting.Limit);
    }

    private static HttpBodyProtocol.Write Write(string text) => new(Encoding.ASCII.GetBytes(text));
}
