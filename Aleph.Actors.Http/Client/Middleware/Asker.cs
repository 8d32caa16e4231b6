namespace Aleph.Actors.Http.Client.Middleware;

/// <summary>Who asks for credentials, and how (RFC 9110 11.6, 11.7): the origin or a proxy.</summary>
internal sealed record Asker(int Status, string Challenge, string Answer)
{
    public static Asker Origin { get; } = new(401, "WWW-Authenticate", "Authorization");

    public static Asker Proxy { get; } = new(407, "Proxy-Authenticate", "Proxy-Authorization");

    /// <summary>Whether it asks in this answer, and the request can be sent again.</summary>
    public bool Asks(HttpRequest request, HttpResponse response) =>
        response.Status.Code == Status && request.Body is BytesBody;

    /// <summary>The token of a scheme among the challenges; false where the scheme is not offered.</summary>
    public static bool TryFind(IEnumerable<string> challenges, string scheme, out string? token)
    {
        token = null;
        foreach (var value in challenges)
        {
            if (!value.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
                continue;
            var rest = value[scheme.Length..];
            if (rest.Length > 0 && rest[0] is not (' ' or ','))
                continue;
            token = rest.Trim() is { Length: > 0 } text && text[0] != ',' ? text : null;
            return true;
        }

        return false;
    }
}
