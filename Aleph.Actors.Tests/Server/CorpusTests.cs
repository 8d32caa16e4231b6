using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Server;

/// <summary>Exchanges that are cut at every byte give the answers that they give whole.</summary>
public class CorpusTests : ServerHarness
{
    public static TheoryData<string> Valid() =>
    [
        "GET / HTTP/1.1\nHost: h\n\n",
        "\n\nGET /a%20b?x HTTP/1.0\nConnection: keep-alive\n\nHEAD / HTTP/1.1\nHost: h\n\n",
        "POST / HTTP/1.1\nHost: h\nContent-Length: 5\n\nhelloGET / HTTP/1.1\nHost: h\n\n",
        "PUT / HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\n5;a=b\nhello\n3\n, w\n0\nX-T: 1\n\n" +
            "GET / HTTP/1.1\nHost: h\n\n",
        "POST /ignore HTTP/1.1\nHost: h\nContent-Length: 5\n\nhello" +
            "POST /ignore HTTP/1.1\nHost: h\nContent-Length: 0\n\n",
        "POST /stream HTTP/1.1\nHost: h\nContent-Length: 3\n\nabcOPTIONS * HTTP/1.1\nHost: h\n\n",
        "GET /1 HTTP/1.1\nHost: h\n\nDELETE /2 HTTP/1.1\nHost: h\n\nGET /3 HTTP/1.1\nHost: h\nConnection: close\n\n",
        "GET http://h/a HTTP/1.1\nHost: h\nContent-Length: 2\n\nokGET / HTTP/1.1\nHost: h\n\n",
    ];

    [Theory]
    [MemberData(nameof(Valid))]
    public async Task Answers_do_not_depend_on_the_cut(string text)
    {
        var server = Serve(Handle);
        string? whole = null;
        foreach (var segments in Wire.Cuts(Wire.Text(text)))
        {
            var client = server.Connect();
            foreach (var segment in segments)
            {
                await client.SendAsync(segment);
                await client.SettleAsync();
            }

            client.Peer.HalfClose();
            var answers = Unframed(await client.ReadToEndAsync());
            whole ??= answers;
            Assert.Equal(whole, answers);
        }

        Assert.Contains("HTTP/1.1 200 OK", whole, StringComparison.Ordinal);
        Assert.Empty(Logged.Errors);
        await server.ExpectNothingLeftAsync();
    }

    internal static async ValueTask<HttpResponse> Handle(HttpRequest request)
    {
        if (request.Path == "/ignore")
            return HttpResponse.Text("ignored");
        if (request.Path == "/stream")
            return HttpResponse.Of(HttpBody.From(request.Body.ReadElementsAsync()));
        var text = await request.Body.ReadTextAsync();
        return HttpResponse.Text($"{request} {request.Path} {text} {request.Body.Trailers}");
    }

    // An echo's chunks are cut as its request was; that a client half-closed early may end the connection a request
    // sooner.
    private static string Unframed(string answers) =>
        System.Text.RegularExpressions.Regex.Replace(answers, @"(?<=\n)[0-9a-f]+\n|\nConnection: close|\n", "");
}
