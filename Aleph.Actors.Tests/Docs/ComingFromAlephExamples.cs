using System.IO.Compression;
using System.Net;
using System.Text.Json;
using System.Threading.Channels;
using Akka.Actor;
using Akka.Event;
using Akka.Streams;
using Akka.Streams.Dsl;
using Aleph.Actors.Http;

namespace Aleph.Actors.Tests.Docs;

/// <summary>The examples of docs/guide/coming-from-aleph.md; ComingFromAlephTests runs them.</summary>
internal static class ComingFromAlephExamples
{
    public static Task<ServerBinding> ServeAsync(ActorSystem system, HttpHandler handler, IByteFilter filter)
    {
        var settings = system.Http().Settings with
        {
            MaxBodySize = 1_000_000, // max-request-body-size
            KeepAliveTimeout = TimeSpan.FromSeconds(30), // idle-timeout
            OnHandlerError = (request, fault) => HttpResponse.Text("sorry", 500), // error-handler
        };
        settings = settings with
        {
            Tcp = settings.Tcp with
            {
                EndPoint = new IPEndPoint(IPAddress.Loopback, 0), // socket-address
                DrainTimeout = TimeSpan.FromSeconds(15), // shutdown-timeout
                ConfigureListener = socket => socket.ReceiveBufferSize = 64 * 1024, // bootstrap-transform
                FilterBeforeTls = info => filter, // initial-pipeline-transform
            },
        };
        var guarded = handler.Inside(
            ConcurrencyLimit.To(512), // rejected-handler
            CompressionMiddleware.Compress()); // compression?
        return system.Http().ServeAsync(HttpServerHandler.Of(guarded), settings);
    }

    public static Task<ServerBinding> ServeBlockingAsync(ActorSystem system)
    {
        var settings = system.Http().Settings with { HandlerDispatcher = "blocking" };
        return system.Http().ServeAsync(0, request => HttpResponse.Text(Blocking()), settings);
    }

    public static async ValueTask<HttpResponse> ReceiveAsync(HttpRequest request)
    {
        if (request.Headers["Authorization"] is null)
            return HttpResponse.Of(417);
        return HttpResponse.Text(await request.Body.ReadTextAsync());
    }

    public static Task<ServerBinding> ServeCodedAsync(ActorSystem system, HttpHandler handler)
    {
        var old = new HttpCodec(
            "x-gzip",
            (to, level) => new GZipStream(to, level),
            from => new GZipStream(from, CompressionMode.Decompress));
        var compression = CompressionSettings.Default with { Codecs = [old, .. CompressionSettings.Default.Codecs] };
        var settings = system.Http().Settings with
        {
            OnRejected = error => HttpResponse.Text(error.Code, error.Status), // validate-headers
        };
        var coded = handler.Inside(CompressionMiddleware.Compress(compression)); // compression-options
        return system.Http().ServeAsync(0, coded, settings);
    }

    public static AlephHttpClient Pooled(ActorSystem system, HttpClientMiddleware stamp)
    {
        var client = system.Http().CreateClient(HttpClientSettings.Default with
        {
            Pool = HttpPoolSettings.Default with
            {
                MaxConnections = 8, // connections-per-host
                MaxTotalConnections = 1024, // total-connections
                QueueSize = 65536, // max-queue-size
                Sizing = load => load.Open - load.Idle + load.Waiting, // pool-controller-builder-fn
            },
            Middleware = [stamp, .. HttpClientMiddlewares.Standard], // middleware
        });
        return client;
    }

    public static void Subscribe(AlephHttpClient client, string url, IActorRef subscriber)
    {
        var everyTenSeconds = new HttpClientPoolProtocol.Subscribe(TimeSpan.FromSeconds(10));
        client.PoolOf(HttpOrigin.Of(url)).Tell(everyTenSeconds, subscriber);
    }

    public static HttpPoolSettings ConnectionOptions()
    {
        var settings = HttpPoolSettings.Default with
        {
            IdleTimeout = TimeSpan.FromSeconds(20),
            MaxStatusLine = 8192, // max-initial-line-length
            Tcp = TcpClientSettings.Default with
            {
                ConnectTimeout = TimeSpan.FromSeconds(5),
                LocalEndPoint = new IPEndPoint(IPAddress.Loopback, 0), // local-address
                ConfigureSocket = socket => socket.SendBufferSize = 64 * 1024, // bootstrap-transform
                Tls = TlsClientSettings.Default with { TrustEveryoneInsecurely = true }, // insecure?
                WireLog = new WireLogSettings { Level = LogLevel.DebugLevel }, // log-activity
            },
        };
        return settings;
    }

    public static async Task<string> CloseAsync(ActorSystem system, string url)
    {
        await using var connection = await system.Http().ConnectAsync(HttpOrigin.Of(url)); // flow/acquire
        var request = HttpRequest.Get(url).WithHeader("Connection", "close"); // keep-alive? false
        using var answer = await connection.SendAsync(request);
        var text = await answer.ReadTextAsync();
        await connection.Ended; // on-closed
        return text;
    }

    public static HttpClientSettings Proxied()
    {
        var proxy = HttpProxy.Of("http://proxy.test:3128") with
        {
            User = "user",
            Password = "secret",
            Headers = HttpHeaders.Of(("X-Team", "shop")), // http-headers
            Tunnel = true, // tunnel?
            ConnectTimeout = TimeSpan.FromSeconds(5), // connection-timeout
        };
        return HttpClientSettings.Default with { Proxy = HttpProxy.Except(proxy, "localhost") };
    }

    public static TcpClientSettings Resolving(ActorSystem system)
    {
        var settings = DnsSettings.Default with
        {
            NameServers = ["10.0.0.2:53"], // name-servers
            QueryTimeout = TimeSpan.FromSeconds(5),
            AddressTypes = DnsAddressTypes.IPv4Preferred, // :ipv4-preferred
            MaxTtl = TimeSpan.FromMinutes(5),
        };
        var resolver = DnsResolver.Create(system, settings, "names");
        return TcpClientSettings.Default with { Resolver = resolver };
    }

    public static async Task<string[]?> RequestAsync(AlephHttpClient client, string url, ICookieStore cookies)
    {
        var request = HttpRequest.Get(url)
            .WithQuery([new("tag", new[] { "a", "b" })], ParameterStyle.Array) // query-params, multi-param-style
            .WithHeader("Accept", "application/json") // accept
            .WithOptions(RequestOptions.None with
            {
                QueueTimeout = TimeSpan.FromSeconds(1), // pool-timeout
                ResponseTimeout = TimeSpan.FromSeconds(5), // request-timeout
                ReadTimeout = TimeSpan.FromSeconds(5), // read-timeout
                Credentials = HttpCredentials.Basic("user", "secret"), // basic-auth
                Cookies = cookies, // cookie-store
                MaxRedirects = 5, // max-redirects
                ThrowOnError = true, // throw-exceptions
                Decompress = true, // accept-encoding
            });
        using var response = await client.SendAsync(request);
        return await response.ReadJsonAsync<string[]>(); // as :json
    }

    public static async Task<string?> CoerceAsync(
        AlephHttpClient client, HttpRequest request, HttpClientMiddleware stamp)
    {
        try
        {
            using var answer = await stamp(request, client.SendAsync, CancellationToken.None); // middleware
            return await answer.ReadTextAsync();
        }
        catch (HttpStatusException failure)
        {
            return JsonSerializer.Deserialize<string>(failure.Body.Span); // as :json, coerce :exceptional
        }
    }

    public static async Task<HttpResponse> CancelAsync(AlephHttpClient client, string url)
    {
        using var cancel = new CancellationTokenSource();
        var answer = client.GetAsync(url, cancel.Token);
        await cancel.CancelAsync();
        return await answer;
    }

    public static async Task<WebSocketConnection> OpenAsync(ActorSystem system, string url)
    {
        var options = WebSocketClientOptions.Default with
        {
            SubProtocols = ["chat.2", "chat.1"], // sub-protocols
            Headers = HttpHeaders.Of(("X-Room", "7")), // headers
            Settings = WebSocketSettings.Default with
            {
                Compression = true, // compression?
                MaxMessageSize = 64 * 1024, // max-frame-size
                HeartbeatInterval = TimeSpan.FromSeconds(20), // heartbeats: send-after-idle
                HeartbeatTimeout = TimeSpan.FromSeconds(5), // heartbeats: timeout
            },
        };
        var socket = await system.Http().WebSocketAsync(url, options);
        return socket;
    }

    public static async Task<(TimeSpan Time, bool IsMine, WebSocketClose Close)> EndAsync(WebSocketConnection socket)
    {
        var time = await socket.PingAsync(); // websocket-ping
        var isMine = socket.TryClose(4000, "done"); // websocket-close!
        var close = await socket.Closed; // :websocket-close-code, :websocket-close-msg
        return (time, isMine, close);
    }

    public static HttpHandler Chat()
    {
        HttpHandler chat = request => new(request.IsWebSocketUpgrade
            ? HttpResponse.WebSocket(
                request,
                async socket =>
                {
                    await foreach (var message in socket.ReadAllAsync())
                        await socket.SendAsync(message);
                },
                new WebSocketOptions { SubProtocols = ["chat.2"], AllowOrigin = WebSocketOrigin.IsSame })
            : HttpResponse.Text("the page"));
        return chat;
    }

    public static async ValueTask<HttpResponse> UploadAsync(HttpRequest request, string path)
    {
        using var form = await request.ReadMultipartFormAsync(
            new MultipartSettings { MemoryThreshold = 16 * 1024 }); // memory-limit
        var size = form.Files[0].Length;
        return HttpResponse.File(path, offset: 0, length: Math.Min(4, size));
    }

    public static Task<ServerBinding> ServeTcpAsync(ActorSystem system, IByteFilter filter)
    {
        var settings = system.AlephTcp().Settings with
        {
            EndPoint = new IPEndPoint(IPAddress.Loopback, 0), // socket-address
            DrainTimeout = TimeSpan.FromSeconds(5), // shutdown-timeout
            FilterAfterTls = info => filter, // pipeline-transform
        };
        return system.AlephTcp().ServeAsync(
            async connection =>
            {
                await foreach (var bytes in connection.ReceiveAllAsync())
                    await connection.SendAsync(bytes);
            },
            settings);
    }

    public static async Task<byte[]> ConnectAsync(ActorSystem system, string host, int port)
    {
        var settings = TcpClientSettings.Default with
        {
            ConnectTimeout = TimeSpan.FromSeconds(5),
            LocalEndPoint = new IPEndPoint(IPAddress.Loopback, 0), // local-address
        };
        await using var connection = await system.AlephTcp().ConnectAsync(host, port, settings);
        await connection.SendAsync("hello"u8.ToArray());
        return (await connection.ReceiveAsync()).ToArray();
    }

    public static async Task<Datagram> AskAsync(ActorSystem system, EndPoint peer)
    {
        var settings = system.AlephUdp().Settings with
        {
            EndPoint = new IPEndPoint(IPAddress.Loopback, 0), // port, socket-address
            Broadcast = true, // broadcast?
        };
        await using var socket = await system.AlephUdp().BindAsync(settings);
        await socket.SendAsync(new Datagram(peer, "ping"u8.ToArray())); // :socket-address, :message
        var answer = await socket.ReceiveAsync();
        return answer;
    }

    public static HttpServerHandler CalledBack()
    {
        // (wrap-ring-async-handler (fn [request respond raise] (respond …)))
        return HttpServerHandler.OfCallback((request, respond, raise) => respond(HttpResponse.Text(request.Path)));
    }

    public static async Task<string> AllAsync(AlephHttpClient client, string a, string b, Action done)
    {
        // (-> (d/zip (http/get a) (http/get b)) (d/timeout! 5000) (d/chain …) (d/catch …) (d/finally …))
        try
        {
            var answers = await Task.WhenAll(ReadAsync(a), ReadAsync(b)).WaitAsync(TimeSpan.FromSeconds(5));
            return string.Concat(answers);
        }
        catch (HttpClientException failure)
        {
            return failure.Message;
        }
        finally
        {
            done();
        }

        async Task<string> ReadAsync(string url)
        {
            using var response = await client.GetAsync(url);
            return await response.ReadTextAsync();
        }
    }

    public static async Task<IEnumerable<IEnumerable<string>>> GraphAsync(IMaterializer materializer)
    {
        var lines = await Source.From(Enumerable.Range(1, 5))
            .Where(x => x % 2 == 1) // s/filter
            .SelectAsync(2, x => Task.FromResult($"{x};")) // s/realize-each
            .Buffer(16, OverflowStrategy.Backpressure) // s/buffer
            .GroupedWithin(2, TimeSpan.FromSeconds(1)) // s/batch
            .Throttle(100, TimeSpan.FromSeconds(1), 100, ThrottleMode.Shaping) // s/throttle
            .RunWith(Sink.Seq<IEnumerable<string>>(), materializer);
        return lines;
    }

    public static async Task<int> SlideAsync()
    {
        var sum = 0;
        // (def s (s/sliding-stream 2))
        var sliding = new BoundedChannelOptions(2) { FullMode = BoundedChannelFullMode.DropOldest };
        var latest = Channel.CreateBounded<int>(sliding);
        for (var i = 1; i <= 3; i++)
            await latest.Writer.WriteAsync(i); // put!
        latest.Writer.Complete(); // close!
        await foreach (var x in latest.Reader.ReadAllAsync()) // take!, drained?
            sum += x;
        return sum;
    }

    public static async Task<ConnectionDescription> DescribeAsync(ServerBinding server)
    {
        var open = await server.Actor.Ask<ServerProtocol.Connections>(ServerProtocol.GetConnections.Instance);
        var facts = await server.Actor.Ask<ConnectionDescription>(
            new ServerProtocol.DescribeConnection(open.Ids[0])); // s/description
        return facts;
    }

    private static string Blocking() => $"on the pool: {Thread.CurrentThread.IsThreadPoolThread}";

    /// <summary>Says hello through a filter, and closes when all of it has come back.</summary>
    public sealed class Greeting(IByteFilter filter, Action<ConnectionEnd> ended) : IConnectionProtocol
    {
        private IConnection _connection = null!;

        public long Deadline => long.MaxValue;

        public void Start(IConnection connection)
        {
            _connection = connection;
            connection.ReplaceTransport(transport => ByteFilters.Wrap(transport, filter));
            connection.Self.Tell("begin", ActorRefs.NoSender); // the filter is there from the next turn on
        }

        public void OnMessage(object message) => _connection.Output.Write("hello"u8);

        public int OnReceived(ReadOnlySpan<byte> data)
        {
            if (data.Length < 5)
                return 0;
            _connection.Close(ConnectionEnd.Completed);
            return data.Length;
        }

        public void OnWritable()
        {
        }

        public void OnPeerClosed() => _connection.Close(ConnectionEnd.Completed);

        public void OnDeadline(long now)
        {
        }

        public void Drain() => _connection.Close(ConnectionEnd.Drained);

        public void OnEnded(ConnectionEnd end) => ended(end);
    }

    /// <summary>Hears what is said on the event stream.</summary>
    public sealed class Subscriber : ReceiveActor
    {
        public Subscriber(Action<string> heard) => Receive<string>(heard);

        // bus/subscribe
        protected override void PreStart() => Context.System.EventStream.Subscribe(Self, typeof(string));
    }
}
