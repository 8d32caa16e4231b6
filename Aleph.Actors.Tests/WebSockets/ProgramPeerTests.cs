using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.WebSockets;

/// <summary>The server with clients that are programs of their own: Python's websockets, node's ws.</summary>
public sealed class ProgramPeerTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private const string PythonScript = """
        import asyncio, os, sys, websockets
        async def main(url):
            for deflate in (None, "deflate"):
                async with websockets.connect(url, compression=deflate, max_size=None, subprotocols=["echo"]) as ws:
                    assert ws.subprotocol == "echo", ws.subprotocol
                    for size in (0, 1, 125, 126, 65535, 65536, 3000000):
                        binary = os.urandom(size)
                        await ws.send(binary)
                        assert await ws.recv() == binary, size
                        text = "grüße " * (size // 6)
                        await ws.send(text)
                        assert await ws.recv() == text, size
                    await ws.send(["frag", "men", "ted"])
                    assert await ws.recv() == "fragmented"
                    pong = await ws.ping()
                    await asyncio.wait_for(pong, 10)
                    await ws.close(4002, "from python")
                    assert ws.close_code == 4002, ws.close_code
            ws = await websockets.connect(url + "close")
            await ws.send("x")
            try:
                await ws.recv()
                assert False
            except websockets.ConnectionClosed as e:
                assert e.rcvd.code == 4001 and e.rcvd.reason == "server closes", e
            try:
                await websockets.connect(url + "forbidden")
                assert False
            except websockets.InvalidStatusCode as e:
                assert e.status_code == 403, e
            print("all well")
        asyncio.run(main(sys.argv[1]))
        """;

    private const string NodeScript = """
        const WebSocket = require('ws');
        const url = process.argv[2];
        const crypto = require('crypto');
        async function echo(deflate) {
          const ws = new WebSocket(url, ['echo'], { perMessageDeflate: deflate, maxPayload: 1 << 28 });
          await new Promise((ok, no) => { ws.on('open', ok); ws.on('error', no); });
          if (ws.protocol !== 'echo') throw new Error(ws.protocol);
          for (const size of [0, 1, 125, 126, 65535, 65536, 3000000]) {
            for (const data of [crypto.randomBytes(size), 'grüße '.repeat(size / 6)]) {
              const back = new Promise(ok => ws.once('message', (d, binary) => ok(binary ? d : d.toString())));
              ws.send(data);
              const got = await back;
              const same = typeof data === 'string' ? got === data : Buffer.compare(got, data) === 0;
              if (!same) throw new Error('differs at ' + size);
            }
          }
          const pong = new Promise(ok => ws.once('pong', ok));
          ws.ping('hi');
          if ((await pong).toString() !== 'hi') throw new Error('pong');
          const closed = new Promise(ok => ws.once('close', (code) => ok(code)));
          ws.close(4003, 'from node');
          if (await closed !== 4003) throw new Error('close');
        }
        (async () => {
          await echo(false);
          await echo(true);
          await echo({ serverMaxWindowBits: 9, clientMaxWindowBits: 10, threshold: 0 });
          await echo({ serverNoContextTakeover: true, clientNoContextTakeover: true, threshold: 0 });
          const status = await new Promise(ok => new WebSocket(url + 'forbidden')
            .on('unexpected-response', (_, res) => ok(res.statusCode)).on('error', () => {}));
          if (status !== 403) throw new Error('status ' + status);
          console.log('all well');
          process.exit(0);
        })().catch(e => { console.error(e); process.exit(1); });
        """;

    [SkippableFact]
    public async Task Python_websockets_echoes_pings_closes_and_is_refused()
    {
        await RunAsync(await Tool.PythonWithAsync("websockets"), PythonScript, ".py");
    }

    [SkippableFact]
    public async Task Node_ws_echoes_pings_closes_and_is_refused()
    {
        var probe = await Tool.Node.RunAsync(Limit, "-e", "require('ws')");
        Skip.If(probe.ExitCode != 0, "The node module ws is not installed (npm install -g ws, NODE_PATH).");
        await RunAsync(Tool.Node, NodeScript, ".cjs");
    }

    private static async Task RunAsync(Tool tool, string script, string extension)
    {
        await using var host = await PeerHost.EchoAsync();
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + extension);
        await File.WriteAllTextAsync(file, script);
        try
        {
            var result = await tool.RunAsync(Limit, file, $"ws://{host.EndPoint}/");
            Assert.True(result is { ExitCode: 0 } && result.Output.Contains("all well"), result.ToString());
        }
        finally
        {
            File.Delete(file);
        }
    }
}
