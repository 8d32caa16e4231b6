using System.Buffers;
using System.Text;
using Aleph.Actors.Http.Multipart;

namespace Aleph.Actors.Http.Uploads;

/// <summary>Gathers the parts of a form: fields and small files in memory, others in temporary files.</summary>
internal sealed class FormGathering(MultipartSettings settings) : IDisposable
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private readonly List<KeyValuePair<string, string>> _fields = [];
    private readonly List<UploadedFile> _files = [];
    private long _fieldBytes;
    private long _inMemory;

    public async ValueTask AddAsync(MultipartPart part, CancellationToken cancellationToken)
    {
        if (part.Name is not { } name)
            throw new HttpMessageException(MultipartErrors.MissingName());
        if (part.FileName is null)
            _fields.Add(new(name, await ReadFieldAsync(part, name, cancellationToken).ConfigureAwait(false)));
        else
            _files.Add(await ReadFileAsync(part, cancellationToken).ConfigureAwait(false));
    }

    public UploadedForm ToForm() => new(new NameValues([.. _fields]), _files);

    public void Dispose()
    {
        foreach (var file in _files)
            file.Dispose();
    }

    private async ValueTask<string> ReadFieldAsync(
        MultipartPart part, string name, CancellationToken cancellationToken)
    {
        var bytes = new ArrayBufferWriter<byte>();
        _fieldBytes += Encoding.UTF8.GetByteCount(name);
        await foreach (var element in part.Body.ReadElementsAsync(cancellationToken).ConfigureAwait(false))
        {
            if (_fieldBytes + bytes.WrittenCount + element.Length > settings.MaxFieldBytes)
                throw new HttpMessageException(MultipartErrors.FieldsTooLarge(settings.MaxFieldBytes));
            bytes.Write(element.Span);
        }

        _fieldBytes += bytes.WrittenCount;
        if (_fieldBytes > settings.MaxFieldBytes)
            throw new HttpMessageException(MultipartErrors.FieldsTooLarge(settings.MaxFieldBytes));
        try
        {
            return Strict.GetString(bytes.WrittenSpan);
        }
        catch (DecoderFallbackException)
        {
            throw new HttpMessageException(ContentErrors.InvalidText());
        }
    }

    private async ValueTask<UploadedFile> ReadFileAsync(MultipartPart part, CancellationToken cancellationToken)
    {
        var bytes = new ArrayBufferWriter<byte>();
        FileStream? file = null;
        try
        {
            await foreach (var element in part.Body.ReadElementsAsync(cancellationToken).ConfigureAwait(false))
            {
                if (file is null && _inMemory + bytes.WrittenCount + element.Length <= settings.MemoryThreshold)
                {
                    bytes.Write(element.Span);
                    continue;
                }

                if (file is null)
                {
                    file = CreateFile();
                    await file.WriteAsync(bytes.WrittenMemory, cancellationToken).ConfigureAwait(false);
                    bytes = new ArrayBufferWriter<byte>();
                }

                await file.WriteAsync(element, cancellationToken).ConfigureAwait(false);
            }

            if (file is not null)
                await file.FlushAsync(cancellationToken).ConfigureAwait(false);
            _inMemory += bytes.WrittenCount;
            return new UploadedFile(part, bytes.WrittenMemory, file);
        }
        catch
        {
            if (file is not null)
                await file.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>A file of an unguessable name that only we can read, gone once it is closed.</summary>
    private FileStream CreateFile()
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite | FileShare.Delete,
            Options = FileOptions.Asynchronous | FileOptions.DeleteOnClose,
            BufferSize = 16 * 1024,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(Path.Combine(settings.TemporaryFolder, $"aleph-{Guid.NewGuid():N}.upload"), options);
    }
}
