using System.Net;
using Akka;
using Akka.IO;
using Akka.Streams;
using Akka.Streams.Dsl;
using Aleph.Actors.Tcp.Streams;

namespace Aleph.Actors;

/// <summary>
/// A connection that a server has accepted and that waits for its flow to be materialised: an element of <see
/// cref="TcpStreams"/>. Nothing is read before; it is closed when that takes longer than <see
/// cref="TcpSettings.UnhandledConnectionTimeout"/>. Any thread.
/// </summary>
public sealed class IncomingTcpConnection : IIncomingConnection
{
    private readonly PendingConnection _pending;

    internal IncomingTcpConnection(PendingConnection pending, ConnectionSettings settings)
    {
        _pending = pending;
        Flow = Akka.Streams.Dsl.Flow.FromGraph(new AcceptedStage(pending, settings));
    }

    /// <summary>Who is connected to whom.</summary>
    public ConnectionInfo Info => _pending.Info;

    /// <summary>This side's address, or null.</summary>
    public EndPoint? LocalEndPoint => Info.LocalEndPoint;

    /// <summary>The client's address, or null.</summary>
    public EndPoint? RemoteEndPoint => Info.RemoteEndPoint;

    /// <summary>
    /// The connection: what goes in is sent, what the client sends comes out. It can be materialised once; a second
    /// time throws an <see cref="InvalidOperationException"/>. How it ends: see <see cref="TcpStreams"/>.
    /// </summary>
    public Flow<ByteString, ByteString, NotUsed> Flow { get; }

    /// <summary>Joins the connection with a flow, which gets what the client sends and whose elements are
    /// sent.</summary>
    /// <typeparam name="TMat">What the flow materialises to.</typeparam>
    /// <param name="flow">Its completion half-closes, its failure resets the connection.</param>
    /// <param name="materializer">Runs it; the connection is reset when it shuts down.</param>
    /// <returns>What <paramref name="flow"/> materialised to.</returns>
    /// <exception cref="InvalidOperationException">The connection has been materialised before.</exception>
    public TMat HandleWith<TMat>(Flow<ByteString, ByteString, TMat> flow, IMaterializer materializer)
    {
        ArgumentNullException.ThrowIfNull(flow);
        return Flow.JoinMaterialized(flow, Keep.Right).Run(materializer);
    }

    /// <summary>
    /// Hands the connection to a function instead of a flow: one that talks first, begins TLS for example, and may then
    /// run streams on <see cref="DuplexConnection.Source"/> and <see cref="DuplexConnection.Sink"/>. It is called on
    /// the thread pool; when its task ends, what it sent leaves and the connection closes; when it fails, that is
    /// logged and the connection is reset. Nothing is called when the connection has ended by then.
    /// </summary>
    /// <param name="handler">What to do with the connection.</param>
    /// <exception cref="InvalidOperationException">The connection has been handled before.</exception>
    public void HandleWith(Func<DuplexConnection, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        _pending.Claim();
        _pending.Begin(_ => new DuplexProtocol(handler));
    }

    /// <summary>Who is connected to whom, for logs.</summary>
    public override string ToString() => _pending.ToString();

    void IIncomingConnection.Refuse() => _pending.Refuse();
}
