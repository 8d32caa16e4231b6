using Aleph.Actors.Transports.Tls;

namespace Aleph.Actors;

/// <summary>TLS in the midst of a connection that began without it (STARTTLS, TLS inside a tunnel).</summary>
public static class StartTlsExtensions
{
    /// <summary>
    /// Begins TLS as the server, after the current callback returned and what was written to
    /// <see cref="IConnection.Output"/> has left in clear. Bytes that the protocol has not consumed are taken for TLS;
    /// what is written from now on waits for the handshake. <see cref="IConnectionProtocol.OnOpened"/> tells that it is
    /// done; a failure or its timeout ends the connection with <see cref="ConnectionEndReason.HandshakeFailed"/>. A
    /// pause of reading ends. On the connection's turn only.
    /// </summary>
    /// <param name="connection">The connection.</param>
    /// <param name="settings">How. Certificates are loaded at the first use of a record, which blocks on their files:
    /// keep the record, and make the first use by its <see cref="TlsServerSettings.Validate"/>.</param>
    /// <exception cref="CertificateException">A certificate cannot be loaded, or there is none.</exception>
    public static void StartTls(this IConnection connection, TlsServerSettings settings)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(settings);
        connection.ReplaceTransport(Layer(settings, connection.Time));
    }

    /// <summary>
    /// Begins TLS as the client, as <see cref="StartTls(IConnection, TlsServerSettings)"/> does as the server.
    /// </summary>
    /// <param name="connection">The connection.</param>
    /// <param name="settings">How. Certificates are loaded at the first use of a record, as above.</param>
    /// <param name="host">The server's name: asked for by SNI, and verified unless the settings say otherwise.</param>
    /// <exception cref="CertificateException">A certificate cannot be loaded.</exception>
    public static void StartTls(this IConnection connection, TlsClientSettings settings, string host)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentException.ThrowIfNullOrEmpty(host);
        connection.ReplaceTransport(Layer(settings, host, connection.Time));
    }

    /// <summary>Puts TLS around a transport, as the server.</summary>
    /// <exception cref="CertificateException">A certificate cannot be loaded, or there is none.</exception>
    internal static Func<ITransport, ITransport> Layer(TlsServerSettings settings, TimeProvider time) =>
        Layer(TlsServerContext.Of(settings), time);

    /// <summary>Puts TLS around a transport, as the client of <paramref name="host"/>.</summary>
    /// <exception cref="CertificateException">A certificate cannot be loaded.</exception>
    internal static Func<ITransport, ITransport> Layer(TlsClientSettings settings, string host, TimeProvider time) =>
        Layer(TlsClientContext.Of(settings).To(host), time);

    private static Func<ITransport, ITransport> Layer(TlsRole role, TimeProvider time) =>
        inner => new TlsTransport(inner, role, time);
}
