using System.Runtime.CompilerServices;
using System.Text;
using Aleph.Actors.Http.Multipart;
using Aleph.Actors.Http.Uploads;

namespace Aleph.Actors.Http;

/// <summary>One part of a multipart request. Its body can be read until the next part is asked for.</summary>
public sealed class MultipartPart
{
    internal MultipartPart(HttpHeaders headers, HttpBody body)
    {
        Headers = headers;
        Body = body;
        var disposition = MediaType.Parse(headers["Content-Disposition"]);
        Name = Utf8(disposition["name"]);
        FileName = Utf8(disposition["filename"]) is { } name ? name[(name.LastIndexOfAny(['/', '\\']) + 1)..] : null;
    }

    /// <summary>The header lines of the part.</summary>
    public HttpHeaders Headers { get; }

    /// <summary>The name of the form's field (RFC 7578 4.2); null where it is not said.</summary>
    public string? Name { get; }

    /// <summary>
    /// The name that the client gave the file, without the path that some send; null for a field. It may be empty, and
    /// anything: never use it as the path of a file.
    /// </summary>
    public string? FileName { get; }

    /// <summary>The Content-Type as sent; null where it is not said, which means text.</summary>
    public string? ContentType => Headers["Content-Type"];

    /// <summary>The content, to be read once. What is left of it when the next part is asked for is skipped.</summary>
    public HttpBody Body { get; }

    // Header lines are one octet a char; browsers send names in UTF-8 (RFC 7578 5.1).
    private static string? Utf8(string? octets) =>
        octets is null ? null : Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(octets));
}

/// <summary>The content of one part, while it is the current one.</summary>
internal sealed class PartBody(PartSource source) : HttpBody
{
    public override long? Length => null;

    /// <summary>Set once the part is made.</summary>
    public MultipartPart? Owner { get; set; }

    internal override async IAsyncEnumerable<ReadOnlyMemory<byte>> Open(
        IBodyContext? context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (source.Current != Owner)
                throw new InvalidOperationException("The part has passed: read it before the next is asked for.");
            if (await source.NextAsync().ConfigureAwait(false) != MultipartEvent.Data)
                break;
            yield return source.Data;
        }

        source.Current = null;
    }
}
