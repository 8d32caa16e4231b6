using System.Net;
using Akka.Actor;
using Akka.IO;
using Aleph.Actors;

namespace TcpLoad;

/// <summary>
/// The servers under load, each in the plainest form that its library offers. The first byte of a connection says what
/// it wants; when the peer has ended, they end, too.
/// </summary>
internal static class Servers
{
    /// <summary>Small messages are sent back.</summary>
    public const byte Echo = (byte)'E';

    /// <summary>Much is sent back, with no more than a bounded part of it under way.</summary>
    public const byte EchoBulk = (byte)'B';

    /// <summary>Everything is taken, and answered by one byte at the end.</summary>
    public const byte Swallow = (byte)'S';

    /// <summary>Our faces: a protocol, a function, a handler actor, and the same actor bound by Akka.IO's
    /// messages.</summary>
    public static IReadOnlyList<string> Ours { get; } = ["protocol", "function", "actor", "bind"];

    /// <summary>A plain socket, and Akka.IO as it comes, with the same actor.</summary>
    public static IReadOnlyList<string> Others { get; } = ["socket", "akka"];

    public static async Task<int> RunAsync(string kind)
    {
        var system = ActorSystem.Create("load", "akka.loglevel = WARNING");
        var endPoint = kind switch
        {
            "socket" => RawServer.Start(),
            "protocol" => (await TcpServer.BindAsync(system, _ => new BareProtocol())).LocalEndPoint,
            "function" => (await system.AlephTcp().ServeAsync(0, Functions.ServeAsync)).LocalEndPoint,
            "actor" => (await TcpServer.BindAsync(
                system, _ => Props.Create(() => new LoadHandler()))).LocalEndPoint,
            "bind" => await BindAsync(system, system.AlephTcp().Manager),
            "akka" => await BindAsync(system, system.Tcp()),
            _ => throw new ArgumentException($"There is no server {kind}", nameof(kind)),
        };
        Console.WriteLine(((IPEndPoint)endPoint).Port);

        // The parent ends it by closing its input.
        await Console.In.ReadToEndAsync();
        return 0;
    }

    private static Task<EndPoint> BindAsync(ActorSystem system, IActorRef manager)
    {
        var bound = new TaskCompletionSource<EndPoint>(TaskCreationOptions.RunContinuationsAsynchronously);
        system.ActorOf(Props.Create(() => new BindHandler(manager, bound)));
        return bound.Task;
    }
}
