using Akka.Configuration;
using Aleph.Actors.Http.Client;

namespace Aleph.Actors.Http;

/// <summary>
/// How a pool connects to one origin and speaks HTTP with it. The manual of every key is <c>hocon/aleph.http.conf</c>,
/// section <c>aleph.http.client</c>; the defaults here are the same. Immutable: change with <c>with</c>.
/// </summary>
public sealed record HttpPoolSettings
{
    /// <summary>The defaults.</summary>
    public static HttpPoolSettings Default { get; } = new();

    /// <summary>
    /// How connections are made: connect timeout, resolver, local address, wire log, clock. <c>aleph.tcp.client</c>;
    /// its <c>Tls</c> is for https, the default settings where it is null, and is not used for http.
    /// </summary>
    public TcpClientSettings Tcp { get; init; } = TcpClientSettings.Default;

    /// <summary>The most connections to an origin, those being made included. 1 to 65536. Default 256.</summary>
    public int MaxConnections { get; init; } = 256;

    /// <summary>
    /// The most connections to all origins of a client, 1 to 1048576; a pool of its own has no such limit. Default
    /// 4096.
    /// </summary>
    public int MaxTotalConnections { get; init; } = 4096;

    /// <summary>How many connections are kept though nobody needs them. 0 to <see cref="MaxConnections"/>. Default
    /// 0.</summary>
    public int MinConnections { get; init; }

    /// <summary>
    /// How many requests may wait for a connection while none can be made, 0 to 1048576. With 0, a request fails at
    /// once where all connections are in use. Default 65536.
    /// </summary>
    public int QueueSize { get; init; } = 65536;

    /// <summary>How long a request may wait for a connection, above 0; null for no limit. Default 30 s.</summary>
    public TimeSpan? QueueTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a connection may be unused before it is closed, above 0; null for no limit. Default 60
    /// s.</summary>
    public TimeSpan? IdleTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long a connection is used before another takes its place, so that changed addresses of a name are followed,
    /// above 0; null for no limit. Each gets up to a tenth more or less. Default 10 minutes.
    /// </summary>
    public TimeSpan? Lifetime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How long connecting rests after it failed; it doubles with each failure in a row, up to <see
    /// cref="MaxBackoff"/>, and is between half and all of that. 1 ms to 1 hour. Default 100 ms.
    /// </summary>
    public TimeSpan MinBackoff { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest such rest, at least <see cref="MinBackoff"/>, at most 1 hour. Default 10 s.</summary>
    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How many connections the pool should have, as it stands; between <see cref="MinConnections"/> and <see
    /// cref="MaxConnections"/> whatever it answers. Null, the default: one for each request that waits. Called by the
    /// pool's actor: must not block.
    /// </summary>
    public Func<HttpPoolLoad, int>? Sizing { get; init; }

    /// <summary>
    /// Which of so many idle connections takes a request: 0 is the one that is idle longest. Null, the default: the one
    /// that became idle last. Called on the thread of whoever sends: must not block.
    /// </summary>
    public Func<int, int>? Routing { get; init; }

    /// <summary>
    /// How many requests may be on the way on one connection (pipelining, RFC 9112 9.3.2), 1 to 64. Only idempotent
    /// ones whose body is in memory are, on connections that have answered once, and only while the pool has as many
    /// connections as may be. A connection that ends leaves what it did not answer to others; so does a request under
    /// way that is cancelled, or takes too long. Default 1: no pipelining.
    /// </summary>
    public int PipelineDepth { get; init; } = 1;

    /// <summary>How long the server may take not one byte of a request, above 0; null for no limit. Default 30
    /// s.</summary>
    public TimeSpan? SendTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long the head of an answer may take once the request was sent, above 0; null for no limit. Default 100 s.
    /// </summary>
    public TimeSpan? ResponseTimeout { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>
    /// How long the body of an answer may pause while somebody wants to read it, above 0; null for no limit. Default 60
    /// s.
    /// </summary>
    public TimeSpan? ReadTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a request may take in all, above 0; null, the default, for no limit.</summary>
    public TimeSpan? RequestTimeout { get; init; }

    /// <summary>
    /// How long a request that asks for it waits for 100 Continue before it sends its body, 1 ms to 1 day. Default 1 s.
    /// </summary>
    public TimeSpan ExpectContinueTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long a body that does not fit into the window (256 KiB) may be left alone, before the first read or between
    /// two, until it is given up; 1 ms to 1 day. Default 30 s.
    /// </summary>
    public TimeSpan UnreadTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How many bytes of a body that was given up are read to keep the connection, at least 0; where more are to come,
    /// the connection is closed. Default 1 MiB.
    /// </summary>
    public long DrainSize { get; init; } = 1024 * 1024;

    /// <summary>How long that may take, 1 ms to 1 day. Default 2 s.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The longest status line in bytes, 16 to 1 MiB. Default 8 KiB.</summary>
    public int MaxStatusLine { get; init; } = 8 * 1024;

    /// <summary>The most bytes of header lines of an answer, trailers included, 1 to 1 MiB. Default 64 KiB.</summary>
    public int MaxHeaderBytes { get; init; } = 64 * 1024;

    /// <summary>The most header lines of an answer, trailers included, 1 to 10000. Default 200.</summary>
    public int MaxHeaderCount { get; init; } = 200;

    /// <summary>The most interim answers (1xx) before one answer, 0 to 1000. Default 16.</summary>
    public int MaxInterim { get; init; } = 16;

    /// <summary>The most bytes of chunk extensions in one chunk line, 0 to 64 KiB. Default 256.</summary>
    public int MaxChunkExtension { get; init; } = 256;

    /// <summary>The longest body of an answer in bytes, at least 0; null, the default, for no limit.</summary>
    public long? MaxBodySize { get; init; }

    /// <summary>
    /// Whether an answer is taken whose body ends with the connection (RFC 9112 6.3), so that a cut cannot be told.
    /// Default true; see <see cref="ResponseInfo.IsDelimitedByClose"/>.
    /// </summary>
    public bool AllowDelimitedByClose { get; init; } = true;

    /// <summary>The User-Agent field where the request sets none; empty for no such field. Default
    /// <c>Aleph.Actors</c>.</summary>
    public string UserAgent { get; init; } = "Aleph.Actors";

    /// <summary>
    /// Makes the two ends of connections inside the process instead of sockets; null, the default, for sockets. Called
    /// for each connection, on any thread.
    /// </summary>
    public Func<CancellationToken, ValueTask<ITransport>>? Transport { get; init; }

    /// <summary>
    /// Where connections lead instead of the origin's host and port: a Unix domain socket, another address. Default
    /// null.
    /// </summary>
    public System.Net.EndPoint? EndPoint { get; init; }

    /// <summary>Reads the sections <c>aleph.http.client</c> and <c>aleph.tcp.client</c>.</summary>
    /// <param name="config">A whole configuration, such as <c>system.Settings.Config</c>.</param>
    /// <exception cref="ConfigurationException">A value cannot be read.</exception>
    public static HttpPoolSettings FromConfig(Config config) =>
        HttpPoolSettingsReader.Read(CheckedConfig.Over(config, HttpConfig.Reference, "aleph.http"));

    /// <summary>All that is wrong with these settings, one sentence each; empty when they are good.</summary>
    public IReadOnlyList<string> Validate() => HttpPoolSettingsReader.Validate(this);
}
