using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Configuration;
using Akka.IO;
using Akka.TestKit;
using Aleph.Actors.Tests.Support;
using Xunit;
using AkkaTcp = Akka.IO.Tcp;

namespace Aleph.Actors.Tests.Tcp.Handlers;

/// <summary>Writing, where the two managers agree.</summary>
public abstract class TcpWriteScenarioSuite<T>(Config? config = null) : TcpFace(config)
    where T : TcpFace.IManagers
{
    private const int Chunk = 64 * 1024;
    private const int Chunks = 240;

    [SuppressMessage("Design", "CA1000", Justification = "Whose cases these are is the type's argument.")]
    public static TheoryData<Manager> Managers => T.All;

    [Theory]
    [MemberData(nameof(Managers))]
    public async Task Acks_come_in_order_to_the_one_who_wrote(Manager manager)
    {
        using var open = await OpenAsync(manager);
        for (var i = 0; i < 100; i++)
            open.Connection.Tell(Write(1 + i, new Ack(i)), TestActor);

        for (var i = 0; i < 100; i++)
            Assert.Equal(i, (await ExpectMsgAsync<Ack>(Long)).Number);
    }

    [Theory]
    [MemberData(nameof(Managers))]
    public async Task A_NoAck_with_a_token_is_not_told(Manager manager)
    {
        using var open = await OpenAsync(manager);
        open.Connection.Tell(Write(1, new AkkaTcp.NoAck("token")), open.Handler.Ref);
        open.Connection.Tell(Write(1, new Ack(2)), open.Handler.Ref);

        Assert.Equal(2, (await open.Handler.ExpectMsgAsync<Ack>(Long)).Number);
    }

    [Theory]
    [MemberData(nameof(Managers))]
    public async Task Empty_and_compound_writes_are_acknowledged(Manager manager)
    {
        using var open = await OpenAsync(manager);
        open.Connection.Tell(Write(0, new Ack(1)), open.Handler.Ref);
        open.Connection.Tell(
            AkkaTcp.WriteCommand.Create(
                Write(3, new Ack(2)), Write(0), Write(0, new Ack(3)), Write(5, new Ack(4))),
            open.Handler.Ref);

        var acks = new List<int>();
        while (acks.Count < 4)
            acks.Add((await open.Handler.ExpectMsgAsync<Ack>(Long)).Number);

        // Stock acknowledges an empty one before what is in front of it has left.
        Assert.Equal([1, 2, 3, 4], manager is Manager.Ours ? acks : acks.Order());
        open.Connection.Tell(AkkaTcp.Close.Instance, open.Handler.Ref);
        Assert.Equal(8, (await ReadToEndAsync(open.Peer))!.Length);
    }

    [Theory]
    [MemberData(nameof(Managers))]
    public async Task A_string_of_many_parts_leaves_whole(Manager manager)
    {
        using var open = await OpenAsync(manager);
        var (parts, expected) = (ByteString.Empty, new List<byte>());
        for (var i = 0; i < 300; i++)
        {
            var part = Enumerable.Repeat((byte)i, 1000).ToArray();
            parts += ByteString.FromBytes(part);
            expected.AddRange(part);
        }

        open.Connection.Tell(AkkaTcp.Write.Create(parts), open.Handler.Ref);
        open.Connection.Tell(AkkaTcp.Close.Instance, open.Handler.Ref);

        Assert.Equal(expected, await ReadToEndAsync(open.Peer));
    }

    [Theory]
    [MemberData(nameof(Managers))]
    public async Task Writes_before_Register_leave_after_it(Manager manager)
    {
        var bind = await BindAsync(manager);
        var (peer, connection) = await ConnectAsync(bind);
        using var closing = peer;
        connection.Tell(Write("early"), TestActor);
        connection.Tell(Write(0, new Ack(1)), TestActor);

        connection.Tell(new AkkaTcp.Register(TestActor), TestActor);

        Assert.Equal("early", await peer.ReceiveTextAsync());
        await ExpectMsgAsync<Ack>(Long);
    }

    [Theory]
    [MemberData(nameof(Managers))]
    public async Task A_full_buffer_refuses_single_writes_and_those_alone(Manager manager)
    {
        var settings = Akka.IO.TcpSettings.Create(Sys) with { WriteCommandsQueueMaxSize = 16 * Chunk };
        using var open = await OpenAsync(manager, settings: settings);
        var writes = Enumerable.Range(0, Chunks).Select(i => Write(Chunk, new Ack(i))).ToArray();
        foreach (var write in writes)
            open.Connection.Tell(write, open.Handler.Ref);

        var firstRefused = (AkkaTcp.CommandFailed)await open.Handler.FishForMessageAsync(
            m => m is AkkaTcp.CommandFailed, Long);
        var read = ReadToEndAsync(open.Peer);
        var (acked, failed) = await OutcomesAsync(open.Handler, Chunks, [firstRefused]);

        // After that there is room again.
        open.Connection.Tell(Write(Chunk, new Ack(-1)), open.Handler.Ref);
        Assert.Equal(-1, (await open.Handler.ExpectMsgAsync<Ack>(Long)).Number);
        open.Connection.Tell(AkkaTcp.Close.Instance, open.Handler.Ref);
        Assert.Equal((acked.Count + 1 + AckedBefore(acked, failed)) * Chunk, (await read)!.Length);
        Assert.Equal(acked.Order(), acked);
        Assert.All(failed, f => Assert.Contains(f.Cmd, writes));
        Assert.Equal(failed.Count, failed.Select(f => f.Cmd).Distinct().Count());
        Assert.All(failed, f => Assert.IsAssignableFrom<IOException>(f.Cause.Value));
    }

    [Theory]
    [MemberData(nameof(Managers))]
    public async Task Writes_that_wait_when_the_connection_is_aborted_are_refused(Manager manager)
    {
        using var open = await OpenAsync(manager);
        for (var i = 0; i < Chunks; i++)
            open.Connection.Tell(Write(Chunk), open.Handler.Ref);
        open.Connection.Tell(AkkaTcp.Abort.Instance, open.Handler.Ref);

        var failed = 0;
        await open.Handler.FishForMessageAsync(m => m is AkkaTcp.CommandFailed && ++failed > 0, Long);
        await open.Handler.FishForMessageAsync(m => m is AkkaTcp.Aborted, Long);
    }

    [Theory]
    [MemberData(nameof(Managers))]
    public async Task Writes_that_wait_when_the_peer_resets_are_refused(Manager manager)
    {
        using var open = await OpenAsync(manager);
        for (var i = 0; i < Chunks; i++)
            open.Connection.Tell(Write(Chunk), open.Handler.Ref);
        Assert.NotEqual("", await open.Peer.ReceiveTextAsync());

        Reset(open.Peer);

        await open.Handler.FishForMessageAsync(m => m is AkkaTcp.CommandFailed, Long);
        await open.Handler.FishForMessageAsync(m => m is AkkaTcp.ErrorClosed, Long);
    }

    // Acks of writes before the first refusal were fished away.
    private static int AckedBefore(List<int> acked, List<AkkaTcp.CommandFailed> failed) =>
        Chunks - acked.Count - failed.Count;

    private static async Task<(List<int> Acked, List<AkkaTcp.CommandFailed> Failed)> OutcomesAsync(
        TestProbe handler, int count, List<AkkaTcp.CommandFailed> failed)
    {
        var acked = new List<int>();
        while (acked.Count == 0 || acked[^1] < LastAccepted(failed, count))
        {
            switch (await handler.ReceiveOneAsync(Long))
            {
                case Ack ack:
                    acked.Add(ack.Number);
                    break;
                case AkkaTcp.CommandFailed refused:
                    failed.Add(refused);
                    break;
                case null:
                    throw new TimeoutException("Neither an ack nor a refusal came.");
            }
        }

        return (acked, failed);
    }

    private static int LastAccepted(List<AkkaTcp.CommandFailed> failed, int count)
    {
        var refused = failed.Select(f => ((Ack)((AkkaTcp.Write)f.Cmd).Ack).Number).ToHashSet();
        return Enumerable.Range(0, count).Last(i => !refused.Contains(i));
    }
}

public sealed class TcpWriteScenarioTests() : TcpWriteScenarioSuite<TcpFace.StockAndOurs>;

public sealed class TcpWriteSerializingTests()
    : TcpWriteScenarioSuite<TcpFace.OursAlone>("akka.actor { serialize-messages = on, serialize-creators = on }");

public sealed class AkkaIoTcpWriteScenarioTests()
    : TcpWriteScenarioSuite<TcpFace.OursAlone>("aleph.tcp.transport = akka-io");
