using Xunit;

namespace Aleph.Actors.Tests.Support;

public sealed class WaitingTests
{
    [Fact]
    public async Task A_missed_event_is_named()
    {
        var never = new TaskCompletionSource();
        var missed = await Assert.ThrowsAsync<TimeoutException>(
            () => never.Task.Within(TimeSpan.FromMilliseconds(10), "the bell rang"));
        Assert.Equal("Did not happen within 0.01 s: the bell rang.", missed.Message);
    }

    [Fact]
    public async Task A_failure_is_passed_on()
    {
        var failed = Task.FromException<int>(new TimeoutException("of the task"));
        var error = await Assert.ThrowsAsync<TimeoutException>(() => failed.Within("a number came"));
        Assert.Equal("of the task", error.Message);
    }

    [Fact]
    public async Task A_result_is_passed_on() =>
        Assert.Equal(7, await new ValueTask<int>(7).Within(Waiting.Patience, "a number came"));
}
