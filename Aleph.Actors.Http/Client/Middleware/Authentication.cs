namespace Aleph.Actors.Http.Client.Middleware;

/// <summary>
/// Sends credentials: Basic and Bearer with every request, Digest, Negotiate and NTLM when asked for. A url's
/// user-info is Basic. A request that has an Authorization field is left alone.
/// </summary>
internal static class Authentication
{
    public static Task<HttpResponse> SendAsync(HttpRequest request, HttpSend next, CancellationToken cancellation)
    {
        var credentials = request.Options.Credentials ?? OfUrl(request.Url!);
        if (credentials is null || request.Headers.Contains("Authorization"))
            return next(request, cancellation);
        return credentials switch
        {
            BasicCredentials basic => next(request.WithHeader("Authorization", basic.Field), cancellation),
            BearerCredentials bearer => next(request.WithHeader("Authorization", bearer.Field), cancellation),
            NegotiateCredentials negotiate => Negotiation.SendAsync(
                request, negotiate, Asker.Origin, request.Url!, next, cancellation),
            DigestCredentials digest => DigestAsync(request, digest, next, cancellation),
            _ => next(request, cancellation),
        };
    }

    // Only the first colon ends the name: a password may have more.
    private static BasicCredentials? OfUrl(Uri url)
    {
        if (url.UserInfo.Length == 0)
            return null;
        var colon = url.UserInfo.IndexOf(':', StringComparison.Ordinal);
        var (user, password) = colon < 0 ? (url.UserInfo, "") : (url.UserInfo[..colon], url.UserInfo[(colon + 1)..]);
        return new BasicCredentials(Uri.UnescapeDataString(user), Uri.UnescapeDataString(password));
    }

    private static async Task<HttpResponse> DigestAsync(
        HttpRequest request, DigestCredentials credentials, HttpSend next, CancellationToken cancellation)
    {
        var response = await next(request, cancellation).ConfigureAwait(false);
        if (!Asker.Origin.Asks(request, response)
            || DigestChallenge.Find(response.Headers.GetAll("WWW-Authenticate")) is not { } challenge)
        {
            return response;
        }

        response.Dispose();
        var field = challenge.Answer(credentials, request.Method, request.Target);
        return await next(request.WithHeader("Authorization", field), cancellation).ConfigureAwait(false);
    }
}
