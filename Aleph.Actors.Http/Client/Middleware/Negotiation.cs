namespace Aleph.Actors.Http.Client.Middleware;

/// <summary>
/// Answers challenges of Negotiate and NTLM (RFC 4559). They authenticate a connection, so their requests go over one
/// made for them, from the first token to the last answer. A body must be in memory.
/// </summary>
internal static class Negotiation
{
    // Kerberos needs two legs, NTLM three.
    private const int MaxLegs = 8;

    public static async Task<HttpResponse> SendAsync(
        HttpRequest request, NegotiateCredentials credentials, HttpSend next, CancellationToken cancellation)
    {
        var response = await next(request, cancellation).ConfigureAwait(false);
        if (response.Status.Code != 401 || request.Body is not BytesBody
            || !TryFind(response, credentials.Scheme, out _))
        {
            return response;
        }

        var binding = new ConnectionBinding();
        var bound = request.WithOptions(request.Options with { Binding = binding });
        try
        {
            using var negotiation = credentials.Begin(credentials, request.Url!);
            return await ExchangeAsync(bound, response, negotiation, credentials.Scheme, next, cancellation)
                .ConfigureAwait(false);
        }
        finally
        {
            binding.End();
        }
    }

    private static async Task<HttpResponse> ExchangeAsync(
        HttpRequest request, HttpResponse response, INegotiation negotiation, string scheme, HttpSend next,
        CancellationToken cancellation)
    {
        string? token = null;
        for (var leg = 0; leg < MaxLegs && negotiation.Answer(token) is { Length: > 0 } answer; leg++)
        {
            // The connection is needed again at once; what an error has to say is short.
            await response.Body.ReadBytesAsync(cancellationToken: cancellation).ConfigureAwait(false);
            response.Dispose();
            response = await next(request.WithHeader("Authorization", $"{scheme} {answer}"), cancellation)
                .ConfigureAwait(false);
            if (response.Status.Code != 401 || !TryFind(response, scheme, out token) || token is null)
                break;
        }

        return response;
    }

    private static bool TryFind(HttpResponse response, string scheme, out string? token)
    {
        token = null;
        foreach (var value in response.Headers.GetAll("WWW-Authenticate"))
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
