namespace Aleph.Actors.Http;

/// <summary>
/// The registered request methods (RFC 9110 9, RFC 5789). A method is a case-sensitive text; any token is allowed,
/// these are the shared instances of the usual ones.
/// </summary>
public static class HttpMethods
{
    /// <summary>GET.</summary>
    public const string Get = "GET";

    /// <summary>HEAD.</summary>
    public const string Head = "HEAD";

    /// <summary>POST.</summary>
    public const string Post = "POST";

    /// <summary>PUT.</summary>
    public const string Put = "PUT";

    /// <summary>DELETE.</summary>
    public const string Delete = "DELETE";

    /// <summary>CONNECT.</summary>
    public const string Connect = "CONNECT";

    /// <summary>OPTIONS.</summary>
    public const string Options = "OPTIONS";

    /// <summary>TRACE.</summary>
    public const string Trace = "TRACE";

    /// <summary>PATCH.</summary>
    public const string Patch = "PATCH";

    /// <summary>Whether a request of this method changes nothing at the server (RFC 9110 9.2.1).</summary>
    public static bool IsSafe(string method) => method is Get or Head or Options or Trace;

    /// <summary>Whether repeating a request of this method has the same effect as one (RFC 9110 9.2.2).</summary>
    public static bool IsIdempotent(string method) => IsSafe(method) || method is Put or Delete;
}
