using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;

namespace Aleph.Actors.Http;

/// <summary>
/// A <c>multipart/form-data</c> body in the making (RFC 7578): parts of text, bytes, files and streams, sent one after
/// the other without being gathered; its length is known where the length of every part is. Not thread-safe.
/// </summary>
public sealed class MultipartForm
{
    private readonly List<(byte[] Head, HttpBody Body)> _parts = [];
    private readonly string _boundary;

    /// <summary>An empty form.</summary>
    /// <param name="boundary">1 to 70 letters, digits or <c>'()+_,-./:=?</c>; default a random one.</param>
    /// <exception cref="ArgumentException">The boundary is none.</exception>
    public MultipartForm(string? boundary = null)
    {
        _boundary = boundary ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));
        if (_boundary.Length is 0 or > 70
            || _boundary.Any(c => !char.IsAsciiLetterOrDigit(c) && !"'()+_,-./:=?".Contains(c,
                StringComparison.Ordinal)))
        {
            throw new ArgumentException("The boundary is not one of RFC 2046 5.1.1.", nameof(boundary));
        }
    }

    /// <summary>The value of the Content-Type field.</summary>
    public string ContentType => $"multipart/form-data; boundary=\"{_boundary}\"";

    /// <summary>Adds a text.</summary>
    /// <param name="name">The name of the field.</param>
    /// <param name="text">The value.</param>
    /// <param name="contentType">Default none, which means plain text in UTF-8.</param>
    /// <param name="encoding">Default UTF-8.</param>
    public MultipartForm Add(string name, string text, string? contentType = null, Encoding? encoding = null)
    {
        var type = contentType ?? (encoding is null ? null : $"text/plain; charset={encoding.WebName}");
        return Add(name, HttpBody.From(text, encoding), null, type);
    }

    /// <summary>Adds a body of any kind.</summary>
    /// <param name="name">The name of the field.</param>
    /// <param name="body">The content; a streamed one is read when the form is sent.</param>
    /// <param name="fileName">The name of the file; null for a field that is none.</param>
    /// <param name="contentType">Default <c>application/octet-stream</c> for files, by their name's ending where it is
    /// known; none for others.</param>
    /// <param name="headers">More field lines of the part.</param>
    /// <exception cref="ArgumentException">The name or the type holds a line end or another control.</exception>
    public MultipartForm Add(
        string name, HttpBody body, string? fileName = null, string? contentType = null, HttpHeaders? headers = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(body);
        // What charset a file has nobody here knows.
        contentType ??= fileName is null ? null : MediaType.Parse(ContentTypes.Default.Of(fileName)).Essence;
        if (contentType is not null && !FieldSyntax.IsValue(contentType))
            throw new ArgumentException("The content type is no field value (RFC 9110 5.5).", nameof(contentType));
        var head = new StringBuilder($"Content-Disposition: form-data; name=\"{Escape(name)}\"");
        if (fileName is not null)
            head.Append(CultureInfo.InvariantCulture, $"; filename=\"{Escape(fileName)}\"");
        head.Append("\r\n");
        if (contentType is not null)
            head.Append(CultureInfo.InvariantCulture, $"Content-Type: {contentType}\r\n");
        foreach (var field in headers ?? HttpHeaders.Empty)
            head.Append(CultureInfo.InvariantCulture, $"{field.Name}: {field.Value}\r\n");
        _parts.Add((Encoding.UTF8.GetBytes(head.Append("\r\n").ToString()), body));
        return this;
    }

    /// <summary>Adds a file, which is opened when the form is sent.</summary>
    /// <param name="name">The name of the field.</param>
    /// <param name="path">Where it is; its length is taken now.</param>
    /// <param name="fileName">Default the file's own.</param>
    /// <param name="contentType">Default by the file's ending.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public MultipartForm AddFile(string name, string path, string? fileName = null, string? contentType = null)
    {
        var file = new FileInfo(path);
        var length = file.Exists ? file.Length : throw new FileNotFoundException("There is no such file.", path);
        return Add(name, HttpBody.From(FileElementsAsync(file.FullName), length), fileName ?? file.Name, contentType);
    }

    /// <summary>The body. The form is not used afterwards.</summary>
    public HttpBody ToBody()
    {
        long? length = _boundary.Length + 6;
        foreach (var (head, body) in _parts)
            length += _boundary.Length + 4 + head.Length + body.Length + 2;
        return HttpBody.From(ElementsAsync(), length);
    }

    private static string Escape(string text) => text.Any(c => c is '\0')
        ? throw new ArgumentException("A name holds NUL.")
        : text.Replace("\r", "%0D", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal)
            .Replace("\"", "%22", StringComparison.Ordinal);

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> FileElementsAsync(
        string path, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var file = new FileStream(
            path, FileMode.Open, FileAccess.Read, FileShare.Read, 1,
                FileOptions.Asynchronous | FileOptions.SequentialScan);
        await foreach (var element in HttpBody.From(file).ReadElementsAsync(cancellation).ConfigureAwait(false))
            yield return element;
    }

    private async IAsyncEnumerable<ReadOnlyMemory<byte>> ElementsAsync(
        [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        foreach (var (head, body) in _parts)
        {
            yield return Encoding.ASCII.GetBytes($"--{_boundary}\r\n");
            yield return head;
            await foreach (var element in body.ReadElementsAsync(cancellation).ConfigureAwait(false))
                yield return element;
            yield return "\r\n"u8.ToArray();
        }

        yield return Encoding.ASCII.GetBytes($"--{_boundary}--\r\n");
    }
}
