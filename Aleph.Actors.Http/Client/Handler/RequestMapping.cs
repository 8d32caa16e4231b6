using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Aleph.Actors.Http.Client.Handler;

/// <summary>Makes a request of an <see cref="HttpRequestMessage"/>.</summary>
internal static class RequestMapping
{
    public static async Task<HttpRequest> ToRequestAsync(HttpRequestMessage message, CancellationToken cancellation)
    {
        var url = message.RequestUri ?? throw new HttpRequestException("The request has no url.");
        var chunked = message.Headers.TransferEncodingChunked == true;
        if (chunked && message.Content is null)
            throw new HttpRequestException("Chunks are asked for, and there is no content.");
        var body = message.Content is null ? HttpBody.Empty : await BodyOfAsync(message.Content, chunked, cancellation)
            .ConfigureAwait(false);
        message.Options.TryGetValue(AlephHttpMessageHandler.OptionsKey, out var options);
        return new HttpRequest(message.Method.Method, url, FieldsOf(message, chunked), body)
            .WithOptions(options ?? RequestOptions.None);
    }

    private static HttpHeaders FieldsOf(HttpRequestMessage message, bool chunked)
    {
        var fields = HttpHeaders.Empty;
        foreach (var (name, values) in message.Headers.NonValidated)
        {
            // The parts of a User-Agent are one line; a comma would change its meaning.
            if (name.Equals("User-Agent", StringComparison.OrdinalIgnoreCase))
                fields = fields.Add(name, string.Join(' ', (IEnumerable<string>)values));
            else
                fields = values.Aggregate(fields, (all, value) => all.Add(name, value));
        }

        if (message.Content is null)
            return fields;
        foreach (var (name, values) in message.Content.Headers.NonValidated)
        {
            if (!chunked || !name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
                fields = values.Aggregate(fields, (all, value) => all.Add(name, value));
        }

        return fields;
    }

    // What is in memory is taken as it is, so that it can be sent again.
    private static async Task<HttpBody> BodyOfAsync(HttpContent content, bool chunked,
        CancellationToken cancellation) =>
        content is ByteArrayContent
            ? HttpBody.From(await content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false))
            : HttpBody.From(ElementsAsync(content, CancellationToken.None), chunked ? null
                : content.Headers.ContentLength);

    // Whoever sends the body has a token of its own for that.
    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> ElementsAsync(
        HttpContent content, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var pipe = new Pipe();
        var copying = CopyAsync(content, pipe.Writer, cancellation);
        try
        {
            while (true)
            {
                var result = await pipe.Reader.ReadAsync(cancellation).ConfigureAwait(false);
                foreach (var element in result.Buffer)
                {
                    if (!element.IsEmpty)
                        yield return element;
                }

                pipe.Reader.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                    break;
            }
        }
        finally
        {
            await pipe.Reader.CompleteAsync().ConfigureAwait(false);
            await copying.ConfigureAwait(false);
        }
    }

    private static async Task CopyAsync(HttpContent content, PipeWriter writer, CancellationToken cancellation)
    {
        Exception? fault = null;
        try
        {
            await content.CopyToAsync(writer.AsStream(leaveOpen: true), null, cancellation).ConfigureAwait(false);
        }
        catch (Exception cause)
        {
            // The reader throws it, where there is still one.
            fault = cause;
        }

        await writer.CompleteAsync(fault).ConfigureAwait(false);
    }
}
