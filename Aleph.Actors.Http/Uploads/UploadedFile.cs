namespace Aleph.Actors.Http;

/// <summary>A file of a form, in memory or in a temporary file; owned by its <see cref="UploadedForm"/>.</summary>
public sealed class UploadedFile
{
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly FileStream? _file;

    internal UploadedFile(MultipartPart part, ReadOnlyMemory<byte> bytes, FileStream? file)
    {
        Name = part.Name ?? "";
        FileName = part.FileName ?? "";
        ContentType = part.ContentType;
        Headers = part.Headers;
        Length = file?.Length ?? bytes.Length;
        _bytes = bytes;
        _file = file;
    }

    /// <summary>The name of the form's field.</summary>
    public string Name { get; }

    /// <summary>The name that the client gave it, without a path; anything, so never the path of a file of
    /// yours.</summary>
    public string FileName { get; }

    /// <summary>The Content-Type as sent, or null.</summary>
    public string? ContentType { get; }

    /// <summary>The header lines of the part.</summary>
    public HttpHeaders Headers { get; }

    /// <summary>The length in bytes.</summary>
    public long Length { get; }

    /// <summary>Whether the content is in memory.</summary>
    public bool IsInMemory => _file is null;

    /// <summary>The content from its beginning; each call answers a stream of its own.</summary>
    /// <exception cref="ObjectDisposedException">The exchange has ended, or the form was disposed.</exception>
    public Stream OpenRead()
    {
        if (_file is null)
            return new MemoryStream(_bytes.ToArray(), writable: false);
        ObjectDisposedException.ThrowIf(!_file.CanRead, this);
        return new FileStream(
            _file.Name, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 16 * 1024,
            FileOptions.Asynchronous);
    }

    /// <summary>Copies the content to a new file.</summary>
    /// <param name="path">The file; it must not exist.</param>
    /// <param name="cancellationToken">Stops copying.</param>
    /// <exception cref="IOException">It exists, or cannot be written.</exception>
    public async Task SaveAsync(string path, CancellationToken cancellationToken = default)
    {
        var content = OpenRead();
        await using (content.ConfigureAwait(false))
        {
            var body = HttpBody.From(content);
            await FileSaving.SaveAsync(body, path, null, cancellationToken).ConfigureAwait(false);
        }
    }

    internal void Dispose() => _file?.Dispose();
}
