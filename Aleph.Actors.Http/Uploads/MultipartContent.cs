using System.Runtime.CompilerServices;
using Aleph.Actors.Http.Multipart;
using Aleph.Actors.Http.Uploads;

namespace Aleph.Actors.Http;

/// <summary>Requests of several parts (RFC 2046 5.1, RFC 7578).</summary>
public static class MultipartContent
{
    /// <summary>
    /// The parts of the content as they come; nothing is kept. Read a part's body before the next part is asked for.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="settings">Default <see cref="MultipartSettings.Default"/>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="ArgumentException">The settings are not valid; every fault is named.</exception>
    /// <exception cref="HttpMessageException">While enumerating: the Content-Type is not multipart (415), a limit is
    /// passed (413), it is malformed or truncated (400).</exception>
    public static IAsyncEnumerable<MultipartPart> ReadPartsAsync(
        this HttpRequest request, MultipartSettings? settings = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        settings ??= MultipartSettings.Default;
        SettingsFaults.ThrowIfAny(settings.Validate());
        return Parts(request, settings, cancellationToken);
    }

    /// <summary>
    /// Reads a whole form of type multipart/form-data: fields, and files, which go to temporary files beyond the memory
    /// threshold. Those are removed when the exchange ends, or when the form is disposed, if that is earlier.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="settings">Default <see cref="MultipartSettings.Default"/>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="ArgumentException">The settings are not valid; every fault is named.</exception>
    /// <exception cref="HttpMessageException">The Content-Type is not multipart (415), a limit is passed (413), it is
    /// malformed or truncated, or a part has no name (400).</exception>
    public static async ValueTask<UploadedForm> ReadMultipartFormAsync(
        this HttpRequest request, MultipartSettings? settings = null, CancellationToken cancellationToken = default)
    {
        settings ??= MultipartSettings.Default;
        var form = new FormGathering(settings);
        try
        {
            await foreach (var part in request.ReadPartsAsync(settings, cancellationToken).ConfigureAwait(false))
                await form.AddAsync(part, cancellationToken).ConfigureAwait(false);
            var whole = form.ToForm();
            request.Context?.DisposeAtEnd(whole);
            return whole;
        }
        catch
        {
            form.Dispose();
            throw;
        }
    }

    private static async IAsyncEnumerable<MultipartPart> Parts(
        HttpRequest request, MultipartSettings settings, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var contentType = request.Headers["Content-Type"];
        var type = MediaType.Parse(contentType);
        if (!type.Essence.StartsWith("multipart/", StringComparison.Ordinal))
            throw new HttpMessageException(ContentErrors.UnsupportedType(contentType, "multipart"));
        if (type["boundary"] is not { } boundary || !MultipartMachine.IsBoundary(boundary))
            throw new HttpMessageException(MultipartErrors.InvalidBoundary());
        if (request.Body.Length > settings.MaxTotalSize)
            throw HttpBody.TooLong(settings.MaxTotalSize!.Value);
        var elements = request.Body.ReadElementsAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using (elements.ConfigureAwait(false))
        {
            var source = new PartSource(elements, new MultipartMachine(boundary, settings), settings.MaxTotalSize);
            while (true)
            {
                var found = await source.NextAsync().ConfigureAwait(false);
                if (found == MultipartEvent.End)
                    break;

                // Anything else is the rest of a part that nobody wanted.
                if (found != MultipartEvent.PartBegin)
                    continue;
                var body = new PartBody(source);
                body.Owner = source.Current = new MultipartPart(source.Headers, body);
                yield return body.Owner;
                source.Current = null;
            }

            await source.DrainAsync().ConfigureAwait(false);
        }
    }
}
