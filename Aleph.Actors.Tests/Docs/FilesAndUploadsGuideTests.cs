using Aleph.Actors.Http;
using Xunit;

namespace Aleph.Actors.Tests.Docs;

public sealed class FilesAndUploadsGuideTests
{
    [Fact]
    public async Task A_folder_is_served_and_compressed()
    {
        var folder = Directory.CreateTempSubdirectory("aleph");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "a.txt"), new string('a', 500));
        var handler = FilesAndUploadsExamples.Compressed(
            FilesAndUploadsExamples.ServeFolder(folder.FullName).ToHandler());
        var request = new HttpRequest("GET", "/files/a.txt", HttpHeaders.Of(("Accept-Encoding", "gzip")));
        var answer = await handler(request);
        Assert.Equal("gzip", answer.Headers["Content-Encoding"]);
        Assert.Equal("max-age=60", answer.Headers["Cache-Control"]);
        Assert.InRange((await answer.Body.ReadBytesAsync()).Length, 1, 100);
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Uploads_are_counted_and_received()
    {
        Assert.Equal("title  2\nf a.txt 3\n", await TextAsync(FilesAndUploadsExamples.CountAsync));
        Assert.Equal("hi\na.txt: 3 bytes", await TextAsync(FilesAndUploadsExamples.ReceiveAsync));

        static async Task<string> TextAsync(HttpHandler handler)
        {
            var content = "--b\r\nContent-Disposition: form-data; name=title\r\n\r\nhi\r\n"
                + "--b\r\nContent-Disposition: form-data; name=f; filename=a.txt\r\n\r\nabc\r\n--b--\r\n";
            var headers = HttpHeaders.Of(("Content-Type", "multipart/form-data; boundary=b"));
            var answer = await handler(new HttpRequest("POST", "/", headers, HttpBody.From(content)));
            return await answer.Body.ReadTextAsync();
        }
    }
}
