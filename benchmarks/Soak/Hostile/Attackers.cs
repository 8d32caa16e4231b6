using System.Net.Sockets;
using System.Text.RegularExpressions;
using Akka.Actor;
using Soak.Faults;
using Soak.Servers;
using Soak.Traffic;

namespace Soak.Hostile;

/// <summary>Hostile peers: each does one thing after the other, at random.</summary>
internal sealed class Attackers : IAsyncDisposable
{
    private const int Count = 10;
    private const int LongestPause = 400;

    private readonly FaultLog _faults;
    private readonly BadAnswers _hostileServer;
    private readonly IReadOnlyList<IAttack> _attacks;

    public Attackers(ActorSystem clients, Stage stage, FaultLog faults, Regex only)
    {
        _faults = faults;
        _hostileServer = new BadAnswers(clients);
        IEnumerable<IAttack> all = [.. OnHttp(stage), .. OnOthers(stage), _hostileServer];
        _attacks = [.. all.Where(attack => only.IsMatch(attack.Name))];
        Tallies = [.. _attacks.Select(attack => new Tally(attack.Name))];
    }

    public IReadOnlyList<Tally> Tallies { get; }

    public Task RunAsync(int seed, CancellationToken stop)
    {
        var seeds = new Random(seed);
        return Task.WhenAll(Enumerable.Range(0, Count).Select(_ => seeds.Next()).ToList()
            .Select(each => Task.Run(() => AttackAsync(new Random(each), stop))));
    }

    public ValueTask DisposeAsync() => _hostileServer.DisposeAsync();

    private async Task AttackAsync(Random random, CancellationToken stop)
    {
        while (_attacks.Count > 0 && !stop.IsCancellationRequested)
        {
            var index = random.Next(_attacks.Count);
            await OneAsync(_attacks[index], Tallies[index], random);
            await Task.Delay(random.Next(LongestPause), CancellationToken.None);
        }
    }

    private async Task OneAsync(IAttack attack, Tally tally, Random random)
    {
        try
        {
            await attack.RunAsync(random);
            tally.AddDone();
        }
        catch (Exception end) when (end is IOException or SocketException)
        {
            // It could not be done: the server is being started again, or broke it off earlier than it had to.
            tally.AddCancelled();
        }
        catch (NotEnduredException) when (_faults.IsDisturbed(attack.Target))
        {
            tally.AddTold();
        }
        catch (Exception fault)
        {
            tally.AddWrong($"{attack.Target}: {(fault is NotEnduredException ? fault.Message : fault)}");
        }
    }

    private static IEnumerable<IAttack> OnHttp(Stage stage) =>
    [
        new BadRequests(stage.Http),
        new Slowness(stage.StrictHttp, "head one byte at a time", "GET / HTTP/1.1|Host: a|X: ", 'y'),
        new Slowness(stage.StrictHttp, "content one byte at a time",
            "POST /digest HTTP/1.1|Host: a|Content-Length: 99999||", 'y'),
        new Slowness(stage.StrictHttp, "connection that is silent", "", '\0'),
        new NeverReading(stage.StrictHttp, "/zeros", 1),
        new NeverReading(stage.StrictHttp, "/zeros", 500),
        new Oversized(stage.StrictHttp, "header fields without end", "GET / HTTP/1.1|Host: a|", "X-Y: abcdefgh|"),
        new Oversized(stage.StrictHttp, "request line without end", "GET /", "aaaaaaaa"),
        new Oversized(stage.StrictHttp, "chunk extensions without end",
            "POST /digest HTTP/1.1|Host: a|Transfer-Encoding: chunked||1;", "eeeeeeee"),
        new Oversized(stage.StrictHttp, "empty lines without end", "", "|"),
        new Resets(stage.Http, "reset within a request's content",
            "POST /echo HTTP/1.1|Host: a|Content-Length: 100000||some", reads: false),
        new Resets(stage.Http, "reset within an answer", "GET /bytes/1/1000000 HTTP/1.1|Host: a||", reads: true),
        new Resets(stage.Http, "reset while the handler runs", "GET /slow/100 HTTP/1.1|Host: a||", reads: false),
        new Garbage(stage.StrictHttp),
        new Slowness(stage.StrictHttp, "TLS where there is none",
            "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003", '\0'),
        new BadFrames(stage.Http),
        new Garbage(stage.StrictHttps),
        new Slowness(stage.StrictHttps, "ClientHello that never comes",
            "\u0016\u0003\u0001\u0040\u0000\u0001\u00ff\u00ff\u00ff", '\0'),
        new Slowness(stage.StrictHttps, "ClientHello one byte at a time", "\u0016\u0003\u0001\u0002\u0000", '\u0001'),
        new Slowness(stage.StrictHttps, "HTTP where TLS is", "GET / HTTP/1.1|Host: a||", '\0'),
        new Resets(stage.Https, "reset within a handshake",
            "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc", reads: false),
    ];

    private static IEnumerable<IAttack> OnOthers(Stage stage) =>
    [
        .. stage.All.Select(server => new ConnectStorm(server)),
        new EchoFlood(stage.TcpEcho),
        new EchoFlood(stage.UnixEcho),
        new Slowness(stage.Frames, "length beyond the limit", "\u00ff\u00ff\u00ff\u00ff", '\0'),
        new Oversized(stage.Chat, "line without end", "", "aaaaaaaa"),
        new Resets(stage.Chat, "reset of a chat", "/join lobby|hello|", reads: true),
        new BadDatagrams(stage.Udp),
    ];
}
