using System.Net;
using Akka.Actor;
using Aleph.Actors.Tcp.Client;

namespace Aleph.Actors;

/// <summary>
/// TCP clients with a protocol of your own: every connection is a supervised actor that runs an <see
/// cref="IConnectionProtocol"/>, as of <see cref="TcpServer"/>.
/// </summary>
public static class TcpClient
{
    /// <summary>
    /// The Props of a client that connects when told to by <see cref="TcpCommands.Connect"/> or by Akka.IO's
    /// <c>Tcp.Connect</c>, and answers as the TCP manager does. The connections it makes are below it, so they close
    /// when the actor that spawned it ends.
    /// </summary>
    /// <param name="settings">How to connect where a command does not say; null for the section
    /// <c>aleph.tcp.client</c> of the system's configuration.</param>
    /// <exception cref="ArgumentException">The settings are not valid; every fault is named.</exception>
    public static Props Props(TcpClientSettings? settings = null)
    {
        if (settings is not null)
            SettingsFaults.ThrowIfAny(settings.Validate());
        return TcpClientActor.Create(settings);
    }

    /// <summary>
    /// Connects, and completes when the connection is open: its protocol runs, TLS is done. Any thread.
    /// </summary>
    /// <param name="system">Where the connection's actor lives.</param>
    /// <param name="remote">An <see cref="IPEndPoint"/>, a <see cref="DnsEndPoint"/>, or a Unix domain socket.</param>
    /// <param name="protocol">Makes the connection's first protocol.</param>
    /// <param name="settings">How to connect; null for the section <c>aleph.tcp.client</c> of the system's
    /// configuration.</param>
    /// <param name="cancellation">Ends the attempt; without effect on an open connection.</param>
    /// <exception cref="ArgumentException">The settings are not valid; every fault is named.</exception>
    /// <exception cref="ConnectException">No connection could be made.</exception>
    /// <exception cref="OperationCanceledException">The attempt was cancelled.</exception>
    public static Task<ConnectionInfo> ConnectAsync(
        ActorSystem system,
        EndPoint remote,
        ConnectionProtocolFactory protocol,
        TcpClientSettings? settings = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(system);
        ArgumentNullException.ThrowIfNull(remote);
        ArgumentNullException.ThrowIfNull(protocol);
        var aleph = AlephExtension.Get(system);
        settings ??= aleph.TcpClientSettings;
        SettingsFaults.ThrowIfAny(settings.Validate());
        var request = new OutgoingRequest(remote, protocol, settings, cancellation);
        aleph.Outgoing.Tell(request, ActorRefs.NoSender);
        return request.OpenedIn(system);
    }
}
