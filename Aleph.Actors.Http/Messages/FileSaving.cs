namespace Aleph.Actors.Http;

/// <summary>Writes bodies to files.</summary>
internal static class FileSaving
{
    public static async ValueTask<long> SaveAsync(
        HttpBody body, string path, long? limit, CancellationToken cancellationToken)
    {
        if (limit is { } known)
            ArgumentOutOfRangeException.ThrowIfNegative(known, nameof(limit));
        if (body.Length > limit)
            throw HttpBody.TooLong(limit!.Value);
        var file = new FileStream(
            path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous);
        var isWhole = false;
        try
        {
            await using (file.ConfigureAwait(false))
            {
                var length = 0L;
                await foreach (var element in body.ReadElementsAsync(cancellationToken).ConfigureAwait(false))
                {
                    length += element.Length;
                    if (length > limit)
                        throw HttpBody.TooLong(limit.Value);
                    await file.WriteAsync(element, cancellationToken).ConfigureAwait(false);
                }

                isWhole = true;
                return length;
            }
        }
        finally
        {
            if (!isWhole)
                File.Delete(path);
        }
    }
}
