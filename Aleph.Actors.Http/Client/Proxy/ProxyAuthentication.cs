using Aleph.Actors.Http.Client.Middleware;

namespace Aleph.Actors.Http.Client.Proxy;

/// <summary>
/// Answers the challenges of a proxy that requests are forwarded by (RFC 9110 11.7); tunnels have
/// <see cref="ProxyLogin"/>. The innermost step: each redirect and each repetition is asked for itself.
/// </summary>
internal static class ProxyAuthentication
{
    /// <summary>Whether a proxy may ask for more than it is told at once.</summary>
    public static bool IsWanted(HttpProxy? proxy, Uri url) =>
        proxy is { Credentials: DigestCredentials or NegotiateCredentials } && proxy.Forwards(HttpOrigin.Of(url));

    public static Task<HttpResponse> SendAsync(
        HttpRequest request, HttpProxy proxy, ClientContext context, HttpSend next, CancellationToken cancellation)
    {
        if (request.Headers.Contains(Asker.Proxy.Answer))
            return next(request, cancellation);
        return proxy.Credentials switch
        {
            NegotiateCredentials negotiate => Negotiation.SendAsync(
                request, negotiate, Asker.Proxy, ProxyLogin.UrlOf(proxy), next, cancellation),
            DigestCredentials digest => DigestAsync(request, digest, context, next, cancellation),
            _ => next(request, cancellation),
        };
    }

    private static async Task<HttpResponse> DigestAsync(
        HttpRequest request, DigestCredentials credentials, ClientContext context, HttpSend next,
        CancellationToken cancellation)
    {
        HttpRequest Proved(DigestChallenge challenge) => request.WithHeader(
            Asker.Proxy.Answer, challenge.Answer(credentials, request.Method, context.TargetPrefix + request.Target));

        // A challenge that was answered before saves the question, as long as its nonce holds.
        var known = context.ProxyChallenge;
        var response = await next(known is null ? request : Proved(known), cancellation).ConfigureAwait(false);
        if (!Asker.Proxy.Asks(request, response)
            || DigestChallenge.Find(response.Headers.GetAll(Asker.Proxy.Challenge)) is not { } challenge)
        {
            return response;
        }

        context.ProxyChallenge = challenge;
        response.Dispose();
        return await next(Proved(challenge), cancellation).ConfigureAwait(false);
    }
}
