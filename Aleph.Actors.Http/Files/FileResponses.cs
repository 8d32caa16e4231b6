using Aleph.Actors.Http.Files;

namespace Aleph.Actors.Http;

/// <summary>Answers that are files. The file is opened by the call, which may block, and closed when the answer
/// ends.</summary>
public static class FileResponses
{
    extension(HttpResponse)
    {
        /// <summary>An answer of a whole file, with length, ETag and Last-Modified; its type by the end of its name,
        /// see <see cref="ContentTypes.Default"/>.</summary>
        /// <param name="path">The file.</param>
        /// <exception cref="IOException">It is not there or cannot be read.</exception>
        /// <exception cref="UnauthorizedAccessException">It may not be read, or is a folder.</exception>
        public static HttpResponse File(string path) => FileAnswer.Open(path, ContentTypes.Default.Of(path)).Whole();

        /// <summary>An answer of a whole file, with length, ETag and Last-Modified.</summary>
        /// <param name="path">The file.</param>
        /// <param name="contentType">The value of the Content-Type field.</param>
        /// <exception cref="IOException">It is not there or cannot be read.</exception>
        /// <exception cref="UnauthorizedAccessException">It may not be read, or is a folder.</exception>
        public static HttpResponse File(string path, string contentType) =>
            FileAnswer.Open(path, contentType).Whole();

        /// <summary>An answer of a part of a file, with status 200 and the part's length.</summary>
        /// <param name="path">The file.</param>
        /// <param name="offset">The first byte, at least 0.</param>
        /// <param name="length">How many bytes, at least 0; all of them must be there.</param>
        /// <exception cref="IOException">It is not there or cannot be read.</exception>
        /// <exception cref="ArgumentOutOfRangeException">The part reaches past the end of the file.</exception>
        public static HttpResponse File(string path, long offset, long length)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(offset);
            ArgumentOutOfRangeException.ThrowIfNegative(length);
            return FileAnswer.Open(path, ContentTypes.Default.Of(path)).Part(offset, length);
        }

        /// <summary>
        /// The answer to a GET or HEAD for a file: the whole, or the ranges that the request asks for (206, 416), or
        /// what its conditions say (304, 412; RFC 9110 13, 14).
        /// </summary>
        /// <param name="path">The file.</param>
        /// <param name="request">The request.</param>
        /// <exception cref="IOException">It is not there or cannot be read.</exception>
        /// <exception cref="UnauthorizedAccessException">It may not be read, or is a folder.</exception>
        public static HttpResponse File(string path, HttpRequest request) => HttpResponse.File(path, request, null);

        /// <summary>As without a type.</summary>
        /// <param name="path">The file.</param>
        /// <param name="request">The request.</param>
        /// <param name="contentType">Null: by the end of its name.</param>
        /// <exception cref="IOException">It is not there or cannot be read.</exception>
        /// <exception cref="UnauthorizedAccessException">It may not be read, or is a folder.</exception>
        public static HttpResponse File(string path, HttpRequest request, string? contentType)
        {
            ArgumentNullException.ThrowIfNull(request);
            return FileAnswer.Open(path, contentType ?? ContentTypes.Default.Of(path)).For(request);
        }
    }
}
