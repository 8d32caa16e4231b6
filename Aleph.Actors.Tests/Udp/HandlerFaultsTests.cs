using System.Net;
using Akka.Event;
using Aleph.Actors.Tests.Support;
using Aleph.Actors.Udp;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Aleph.Actors.Tests.Udp;

/// <summary>A flood of datagrams on which a function fails is no flood of the log.</summary>
public sealed class HandlerFaultsTests() : PatientTestKit()
{
    [Fact]
    public async Task One_line_a_second_says_how_many_there_were()
    {
        var time = new FakeTimeProvider();
        var faults = new HandlerFaults(Sys.Log, time);
        Sys.EventStream.Subscribe(TestActor, typeof(Error));
        var from = new IPEndPoint(IPAddress.Loopback, 7);
        for (var i = 0; i < 5; i++)
        {
            faults.Add(new InvalidOperationException($"fault {i}"), from);
            time.Advance(TimeSpan.FromSeconds(0.24));
        }

        time.Advance(TimeSpan.FromSeconds(1));
        faults.Add(new InvalidOperationException("fault 5"), from);
        faults.Add(new InvalidOperationException("fault 6"), from);
        time.Advance(TimeSpan.FromSeconds(1));
        faults.Add(new InvalidOperationException("fault 7"), from);
        Assert.Equal(
            ["fault 0: A datagram from 127.0.0.1:7 could not be handled",
                "fault 5: A datagram from 127.0.0.1:7 could not be handled, nor 4 before it",
                "fault 7: A datagram from 127.0.0.1:7 could not be handled, nor 1 before it"],
            [await NextAsync(), await NextAsync(), await NextAsync()]);
    }

    private async Task<string> NextAsync()
    {
        var line = await ExpectMsgAsync<Error>(Waiting.Patience);
        return $"{line.Cause.Message}: {line.Message}";
    }
}
