using System.Globalization;
using System.Text;

namespace Aleph.Actors.Http.Http1;

/// <summary>The status lines with standard reason phrases, rendered when first asked for (RFC 9112 4).</summary>
internal static class StatusLines
{
    private static readonly byte[]?[] Lines = new byte[1000][];

    // Two threads may render the same line: both are right.
    public static ReadOnlySpan<byte> Of(HttpStatus status) => Lines[status.Code] ??= Render(status);

    private static byte[] Render(HttpStatus status) => Encoding.ASCII.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status.Code} {status.ReasonPhrase}\r\n"));
}
