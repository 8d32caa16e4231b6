using System.Net;
using System.Net.Sockets;
using Aleph.Actors.Tcp;
using Aleph.Actors.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Aleph.Actors.Tests.Tcp;

[Trait("rfc", "8305-5")]
public sealed class HappyEyeballsTests
{
    private static readonly TimeSpan Delay = HappyEyeballs.DefaultAttemptDelay;
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    private readonly FakeTimeProvider _time = new();
    private readonly ScriptedConnects _connects = new();

    [Theory]
    [InlineData("::1 ::2 ::3 10.0.0.1 10.0.0.2", "::1 10.0.0.1 ::2 10.0.0.2 ::3")]
    [InlineData("10.0.0.1 ::1 ::2 ::3", "10.0.0.1 ::1 ::2 ::3")]
    [InlineData("10.0.0.1 10.0.0.2", "10.0.0.1 10.0.0.2")]
    [InlineData("::1", "::1")]
    [InlineData("::1 ::1 10.0.0.1", "::1 10.0.0.1 ::1")]
    public void Families_alternate_beginning_with_the_first(string given, string expected) =>
        Assert.Equal(EndPoints(expected), ConnectRace.Interleave(EndPoints(given)));

    [Fact]
    public void A_race_without_addresses_is_refused() =>
        Assert.Throws<ArgumentException>(() => new ConnectRace([]));

    [Fact]
    public void A_race_refuses_events_that_cannot_be()
    {
        var race = new ConnectRace(EndPoints("::1"));

        Assert.Throws<InvalidOperationException>(() => race.Fail(0, new IOException()));
        race.StartNext();
        Assert.Throws<InvalidOperationException>(() => race.StartNext());
        race.Fail(0, new IOException());
        Assert.Throws<InvalidOperationException>(() => race.Fail(0, new IOException()));
        Assert.True(race.IsLost);
    }

    [Fact]
    public async Task The_first_address_is_alone_until_the_delay_has_passed()
    {
        var race = Race("::1 10.0.0.1");
        await _connects.Started("::1").Within("the first attempt");

        _time.Advance(Delay - Tick);
        Assert.Equal(1, _connects.Count);
        _time.Advance(Tick);
        await _connects.Started("10.0.0.1").Within("the second attempt");

        using var socket = _connects.Succeed("10.0.0.1");
        Assert.Same(socket, await race.Within("the race is won"));
        Assert.True(_connects.TokenOf("::1").IsCancellationRequested);
    }

    [Fact]
    public async Task An_address_that_does_not_answer_costs_the_delay_and_not_its_timeout()
    {
        var before = _time.GetUtcNow();
        var race = Race("::1 10.0.0.1");
        await _connects.Started("::1").Within("the first attempt");
        _time.Advance(Delay);
        await _connects.Started("10.0.0.1").Within("the second attempt");
        using var socket = _connects.Succeed("10.0.0.1");
        await race.Within("the race is won");

        Assert.Equal(Delay, _time.GetUtcNow() - before);
    }

    [Fact]
    public async Task A_failure_starts_the_next_attempt_at_once_and_the_delay_anew()
    {
        var race = Race("::1 10.0.0.1 ::2");
        await _connects.Started("::1").Within("the first attempt");
        _time.Advance(Delay / 2);
        _connects.Fail("::1", SocketError.ConnectionRefused);
        await _connects.Started("10.0.0.1").Within("the second attempt");

        _time.Advance(Delay - Tick);
        Assert.Equal(2, _connects.Count);
        _time.Advance(Tick);
        await _connects.Started("::2").Within("the third attempt");
        using var socket = _connects.Succeed("::2");
        Assert.Same(socket, await race.Within("the race is won"));
    }

    [Fact]
    public async Task An_earlier_address_still_wins_when_it_answers_late()
    {
        var race = Race("::1 10.0.0.1");
        await _connects.Started("::1").Within("the first attempt");
        _time.Advance(Delay);
        await _connects.Started("10.0.0.1").Within("the second attempt");

        using var socket = _connects.Succeed("::1");
        Assert.Same(socket, await race.Within("the race is won"));
        Assert.True(_connects.TokenOf("10.0.0.1").IsCancellationRequested);
    }

    [Fact]
    public async Task A_socket_that_connects_after_the_race_is_disposed()
    {
        var race = Race("::1 10.0.0.1");
        await _connects.Started("::1").Within("the first attempt");
        _time.Advance(Delay);
        await _connects.Started("10.0.0.1").Within("the second attempt");
        using var winner = _connects.Succeed("10.0.0.1");
        await race.Within("the race is won");

        await _connects.Succeed("::1").Closed.Within("the late socket is disposed");

        Assert.False(winner.SafeHandle.IsClosed);
    }

    [Fact]
    public async Task Failure_of_all_names_each_address_with_its_error()
    {
        var race = Race("::1 10.0.0.1");
        await _connects.Started("::1").Within("the first attempt");
        _connects.Fail("::1", SocketError.ConnectionRefused);
        await _connects.Started("10.0.0.1").Within("the second attempt");
        _connects.Fail("10.0.0.1", SocketError.HostUnreachable);

        var failure = await Assert.ThrowsAsync<ConnectAttemptsException>(() => race.Within("the race is lost"));

        Assert.Equal(SocketError.ConnectionRefused, failure.SocketErrorCode);
        Assert.Equal(EndPoints("::1 10.0.0.1"), failure.Attempts.Select(x => x.EndPoint));
        foreach (var attempt in failure.Attempts)
            Assert.Contains($"{attempt.EndPoint}: {attempt.Error.Message}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_exception_thrown_at_once_is_a_failed_attempt()
    {
        var race = HappyEyeballs.ConnectAsync<Socket>(
            EndPoints("::1"), (_, _) => throw new ArgumentException("no"), Delay, _time, default);

        var failure = await Assert.ThrowsAsync<ConnectAttemptsException>(() => race.Within("the race is lost"));
        Assert.IsType<ArgumentException>(failure.Attempts[0].Error);
    }

    [Fact]
    public async Task Cancelling_ends_the_race_and_disposes_what_connects_later()
    {
        using var cancel = new CancellationTokenSource();
        var race = Race("::1 10.0.0.1", cancel.Token);
        await _connects.Started("::1").Within("the first attempt");

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => race.Within("the race is cancelled"));
        Assert.True(_connects.TokenOf("::1").IsCancellationRequested);
        await _connects.Succeed("::1").Closed.Within("the late socket is disposed");
        Assert.Equal(1, _connects.Count);
    }

    [Fact]
    public async Task A_cancelled_token_starts_nothing()
    {
        var race = Race("::1", new CancellationToken(canceled: true));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => race.Within("the race is cancelled"));
        Assert.Equal(0, _connects.Count);
    }

    [Fact]
    public async Task Ninety_nine_late_winners_leave_no_socket_open()
    {
        var addresses = string.Join(' ', Enumerable.Range(1, 100).Select(x => $"10.0.0.{x}"));
        var race = Race(addresses);
        foreach (var address in addresses.Split(' ').SkipLast(1))
        {
            await _connects.Started(address).Within(address + " is tried");
            _time.Advance(Delay);
        }

        await _connects.Started("10.0.0.100").Within("the last is tried");
        using var winner = _connects.Succeed("10.0.0.100");
        await race.Within("the race is won");

        foreach (var address in addresses.Split(' ').SkipLast(1))
            await _connects.Succeed(address).Closed.Within($"the socket of {address} is disposed");
    }

    private Task<Socket> Race(string addresses, CancellationToken cancellation = default) =>
        HappyEyeballs.ConnectAsync(EndPoints(addresses), _connects.ConnectAsync, Delay, _time, cancellation).AsTask();

    private static IPEndPoint[] EndPoints(string addresses) =>
        [.. addresses.Split(' ').Select(x => new IPEndPoint(IPAddress.Parse(x), 80))];
}
