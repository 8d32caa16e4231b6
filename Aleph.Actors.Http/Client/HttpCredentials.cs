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
}
