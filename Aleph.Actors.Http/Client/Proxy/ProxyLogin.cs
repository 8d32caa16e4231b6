using Aleph.Actors.Http.Client.Middleware;

namespace Aleph.Actors.Http.Client.Proxy;

/// <summary>
/// The credentials of one CONNECT: what a proxy is told at once, and what answers its challenges (407).
/// </summary>
internal sealed class ProxyLogin(HttpProxy proxy, ClientContext context, string target) : IDisposable
{
    private INegotiation? _negotiation;
    private int _legs;

    /// <summary>By what Kerberos names a proxy.</summary>
    public static Uri UrlOf(HttpProxy proxy) => new UriBuilder("http", proxy.Host, proxy.Port).Uri;

    /// <summary>What a proxy gets with every request: its fields, and credentials that need no challenge.</summary>
    public static HttpHeaders FieldsOf(HttpProxy proxy)
    {
        if (proxy.Headers.Contains(Asker.Proxy.Answer))
            return proxy.Headers;
        var field = proxy.Credentials switch
        {
            BasicCredentials basic => basic.Field,
            BearerCredentials bearer => bearer.Field,
            null when proxy.User is { } user => new BasicCredentials(user, proxy.Password ?? "").Field,
            _ => null,
        };
        return field is null ? proxy.Headers : proxy.Headers.Add(Asker.Proxy.Answer, field);
    }

    /// <summary>The fields of the first CONNECT. A challenge of an earlier connection saves the question.</summary>
    public HttpHeaders First() => proxy.Credentials is DigestCredentials digest && context.ProxyChallenge is { } known
        ? Fields(known.Answer(digest, HttpMethods.Connect, target))
        : FieldsOf(proxy);

    /// <summary>The fields of the next one.</summary>
    public HttpHeaders Fields(string credentials) => proxy.Headers.With(Asker.Proxy.Answer, credentials);

    /// <summary>
    /// What finds the answer to the challenges of a refusal, which may block; null where there is none. That answers
    /// null where it went wrong.
    /// </summary>
    public Func<string?>? Answer(HttpHeaders refusal)
    {
        var challenges = refusal.GetAll(Asker.Proxy.Challenge);
        if (_legs++ == Negotiation.MaxLegs)
            return null;
        switch (proxy.Credentials)
        {
            case DigestCredentials digest when DigestChallenge.Find(challenges) is { } challenge
                && (_legs == 1 || challenge.IsStale):
                context.ProxyChallenge = challenge;
                return () => challenge.Answer(digest, HttpMethods.Connect, target);
            case NegotiateCredentials negotiate
                when Asker.TryFind(challenges, negotiate.Scheme, out var token) && (_legs == 1 || token is not null):
                return () =>
                {
                    _negotiation ??= negotiate.Begin(negotiate, UrlOf(proxy));
                    return _negotiation.Answer(token) is { Length: > 0 } answer ? $"{negotiate.Scheme} {answer}" : null;
                };
            default:
                return null;
        }
    }

    public void Dispose() => _negotiation?.Dispose();
}
