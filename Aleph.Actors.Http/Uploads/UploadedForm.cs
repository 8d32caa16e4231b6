namespace Aleph.Actors.Http;

/// <summary>
/// A whole multipart form. Disposing it removes its temporary files; the end of the exchange does, too.
/// </summary>
public sealed class UploadedForm : IDisposable
{
    internal UploadedForm(NameValues fields, IReadOnlyList<UploadedFile> files)
    {
        Fields = fields;
        Files = files;
    }

    /// <summary>The fields that are not files, in order.</summary>
    public NameValues Fields { get; }

    /// <summary>The files, in order.</summary>
    public IReadOnlyList<UploadedFile> Files { get; }

    /// <summary>Removes what is on disk. Streams that were opened before can be read on. Any thread; harmless when
    /// repeated.</summary>
    public void Dispose()
    {
        foreach (var file in Files)
            file.Dispose();
    }
}
