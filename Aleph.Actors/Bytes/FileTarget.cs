using System.Diagnostics.CodeAnalysis;

namespace Aleph.Actors;

/// <summary>Writes a file anew or at its end; each transfer opens and closes it.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Closing it is a transfer's own step.")]
internal sealed class FileTarget(string path, bool append) : ByteTarget
{
    private FileStream? _file;

    public bool Append => append;

    public override bool IsReusable => true;

    /// <summary>Copies another file by the operating system, in the kernel where it can.</summary>
    /// <returns>The length of the copy.</returns>
    public async ValueTask<long> CopyFromAsync(string from, CancellationToken cancellationToken)
    {
        await Task.Run(() => File.Copy(from, path, overwrite: true), cancellationToken).ConfigureAwait(false);
        return new FileInfo(path).Length;
    }

    public override ValueTask BeginAsync(CancellationToken cancellationToken)
    {
        // Elements are large already: a buffer would copy them.
        _file = new FileStream(
            path, append ? FileMode.Append : FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0,
            useAsync: true);
        return default;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        _file!.WriteAsync(bytes, cancellationToken);

    public override async ValueTask CloseAsync(Exception? fault)
    {
        if (_file is not null)
            await _file.DisposeAsync().ConfigureAwait(false);
        _file = null;
    }
}
