namespace Aleph.Actors.Http;

/// <summary>Who asks. Sent to the origin of the request only, never to one that it is redirected to.</summary>
public abstract record HttpCredentials
{
    private protected HttpCredentials()
    {
    }

    /// <summary>A name and a password in clear, with every request (RFC 7617).</summary>
    public static HttpCredentials Basic(string user, string password) =>
        new Client.Middleware.BasicCredentials(user, password);

    /// <summary>A token, with every request (RFC 6750).</summary>
    /// <exception cref="ArgumentException">The token holds something else than visible ASCII.</exception>
    public static HttpCredentials Bearer(string token) => new Client.Middleware.BearerCredentials(token);

    /// <summary>A name and the proof of a password, when the server asks for it (RFC 7616).</summary>
    public static HttpCredentials Digest(string user, string password) =>
        new Client.Middleware.DigestCredentials(user, password);

    /// <summary>
    /// Kerberos, or NTLM where the system chooses that, when the server asks for it (RFC 4559). Each such request goes
    /// over a connection of its own, since it is the connection that is authenticated.
    /// </summary>
    /// <param name="account">Default that of the process.</param>
    /// <param name="targetName">The server's principal. Default <c>HTTP/</c> and the host.</param>
    public static HttpCredentials Negotiate(System.Net.NetworkCredential? account = null, string? targetName = null) =>
        new Client.Middleware.NegotiateCredentials("Negotiate", account, targetName);

    /// <summary>NTLM, when the server asks for it; as <see cref="Negotiate"/>.</summary>
    /// <param name="account">Default that of the process.</param>
    public static HttpCredentials Ntlm(System.Net.NetworkCredential? account = null) =>
        new Client.Middleware.NegotiateCredentials("NTLM", account, null);
}
