using System.Buffers;

namespace Aleph.Actors.Http.Client.Middleware;

/// <summary>Turns answers of 400 and more into exceptions that carry status, fields and a bounded body.</summary>
internal static class ErrorStatus
{
    private const int BodyLimit = 64 * 1024;

    public static Task<HttpResponse> SendAsync(HttpRequest request, HttpSend next, CancellationToken cancellation) =>
        request.Options.ThrowOnError == true ? CheckAsync(request, next, cancellation) : next(request, cancellation);

    private static async Task<HttpResponse> CheckAsync(
        HttpRequest request, HttpSend next, CancellationToken cancellation)
    {
        var response = await next(request, cancellation).ConfigureAwait(false);
        return response.Status.Code < 400
            ? response
            : throw await ReadAsync(response, cancellation).ConfigureAwait(false);
    }

    /// <summary>What an answer says that is not wanted.</summary>
    public static async Task<HttpStatusException> ReadAsync(HttpResponse response, CancellationToken cancellation)
    {
        var body = new ArrayBufferWriter<byte>();
        var isCut = false;
        try
        {
            await foreach (var element in response.Body.ReadElementsAsync(cancellation).ConfigureAwait(false))
            {
                var room = BodyLimit - body.WrittenCount;
                body.Write(element.Span[..Math.Min(room, element.Length)]);
                isCut = element.Length > room;
                if (isCut)
                    break;
            }
        }
        catch (IOException)
        {
            // What came of the body still tells more than its failure would.
            isCut = true;
        }

        return new HttpStatusException(response, body.WrittenMemory, isCut);
    }
}
