using System.Net;

namespace Aleph.Actors.Http.Client.Handler;

/// <summary>Makes an <see cref="HttpResponseMessage"/> of a response.</summary>
internal static class ResponseMapping
{
    public static HttpResponseMessage ToMessage(HttpResponse response, HttpRequestMessage request)
    {
        var info = response.Info;
        if (info?.Trail.Count > 0)
            request.RequestUri = info.Request.Url;
        var message = new HttpResponseMessage((HttpStatusCode)response.Status.Code)
        {
            RequestMessage = request,
            Version = info?.Version ?? HttpVersion.Version11,
            ReasonPhrase = response.ReasonPhrase ?? response.Status.ReasonPhrase,
        };
        var stream = info?.Tunnel is { } tunnel
            ? tunnel.AsStream()
            : new HandlerStream(response.Body.AsStream(), () => AddTrailers(message, response.Body));
        message.Content = new HandlerContent(stream);
        foreach (var field in response.Headers)
        {
            if (!message.Headers.TryAddWithoutValidation(field.Name, field.Value))
                message.Content.Headers.TryAddWithoutValidation(field.Name, field.Value);
        }

        return message;
    }

    private static void AddTrailers(HttpResponseMessage message, HttpBody body)
    {
        foreach (var field in body.Trailers)
            message.TrailingHeaders.TryAddWithoutValidation(field.Name, field.Value);
    }
}
