namespace Aleph.Actors.Http.Client.Middleware;

/// <summary>
/// Answers challenges of Negotiate and NTLM (RFC 4559). They authenticate a connection, so their requests go over one
/// made for them, from the first token to the last answer. A body must be in memory.
/// </summary>
internal static class Negotiation
{
    // Kerberos needs two legs, NTLM three.
    public const int MaxLegs = 8;

    public static async Task<HttpResponse> SendAsync(
        HttpRequest request, NegotiateCredentials credentials, Asker asker, Uri server, HttpSend next,
        CancellationToken cancellation)
    {
        var response = await next(request, cancellation).ConfigureAwait(false);
        if (!asker.Asks(request, response)
            || !Asker.TryFind(response.Headers.GetAll(asker.Challenge), credentials.Scheme, out _))
        {
            return response;
        }

        // Origin and proxy may both ask: then it is one connection for both.
        var binding = request.Options.Binding ?? new ConnectionBinding();
        var bound = request.WithOptions(request.Options with { Binding = binding });
        try
        {
            using var negotiation = credentials.Begin(credentials, server);
            return await ExchangeAsync(bound, response, negotiation, credentials.Scheme, asker, next, cancellation)
                .ConfigureAwait(false);
        }
        finally
        {
            if (request.Options.Binding is null)
                binding.End();
        }
    }

    private static async Task<HttpResponse> ExchangeAsync(
        HttpRequest request, HttpResponse response, INegotiation negotiation, string scheme, Asker asker,
        HttpSend next, CancellationToken cancellation)
    {
        string? token = null;
        for (var leg = 0; leg < MaxLegs && negotiation.Answer(token) is { Length: > 0 } answer; leg++)
        {
            // The connection is needed again at once; what an error has to say is short.
            await response.Body.ReadBytesAsync(cancellationToken: cancellation).ConfigureAwait(false);
            response.Dispose();
            response = await next(request.WithHeader(asker.Answer, $"{scheme} {answer}"), cancellation)
                .ConfigureAwait(false);
            if (response.Status.Code != asker.Status
                || !Asker.TryFind(response.Headers.GetAll(asker.Challenge), scheme, out token) || token is null)
            {
                break;
            }
        }

        return response;
    }
}
