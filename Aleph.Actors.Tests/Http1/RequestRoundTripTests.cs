using System.Text;
using Aleph.Actors.Http.Http1;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Xunit;

namespace Aleph.Actors.Tests.Http1;

/// <summary>Any valid requests, written down, are read as they were, in any cut.</summary>
public class RequestRoundTripTests
{
    private const string Token = "!#$%&'*+-.^_`|~0189AZaz";

    private static readonly Gen<string> Method = TextOf(Token, 1, 32);
    private static readonly Gen<string> Target = TextOf("abc/._-?&=%", 0, 30).Select(text =>
        "/" + text.Replace("%", "%41", StringComparison.Ordinal));

    private static readonly Gen<string> Name = TextOf(Token, 1, 20).Select(text => "X" + text);
    private static readonly Gen<string> Value =
        TextOf(" \t!~azAZ09,;=\"\u0080\u00e9\u00ff", 0, 40).Select(text => text.Trim(' ', '\t'));
    private static readonly Gen<string> Body = TextOf("\0\r\n 09azGET/\u00ff", 0, 60);

    private static readonly Gen<Request> Requests =
        from method in Method
        from target in Target
        from minor in Gen.Choose(0, 1)
        from fields in Name.Zip(Value).ListOf()
        from kind in Gen.Elements(BodyKind.None, BodyKind.Length, BodyKind.Chunked)
        from chunks in Body.ListOf()
        where method != "CONNECT" && fields.Count <= 90
        select new Request(method, target, kind == BodyKind.Chunked ? 1 : minor, [.. fields], kind, [.. chunks]);

    [Property(MaxTest = 300)]
    public Property Requests_are_read_as_they_were_written() =>
        Prop.ForAll(Requests.NonEmptyListOf().Zip(Gen.Choose(0, int.MaxValue)).ToArbitrary(), run =>
        {
            var requests = run.Item1.Take(8).ToArray();
            var octets = Encoding.Latin1.GetBytes(string.Concat(requests.Select(Write)));
            var read = Transcript.Of(Cuts.Random(octets, new Random(run.Item2)));
            Assert.Null(read.Error);
            Assert.Null(read.AtEnd);
            Assert.Equal(requests.Length, read.Bodies.Count);
            for (var i = 0; i < requests.Length; i++)
                AssertEqual(requests[i], read, i);
        });

    private static void AssertEqual(Request request, Transcript read, int index)
    {
        var head = read.Heads[index];
        Assert.Equal((request.Method, request.Target, request.Minor), (head.Method, head.Target, head.MinorVersion));
        Assert.Equal(
            request.Fields,
            head.Headers.Select(field => (field.Name, field.Value)).Where(field => field.Name[0] == 'X'));
        Assert.Equal(request.Kind == BodyKind.None ? "" : string.Concat(request.Chunks), read.Bodies[index]);
    }

    private static string Write(Request request)
    {
        var text = new StringBuilder();
        text.Append($"{request.Method} {request.Target} HTTP/1.{request.Minor}\r\nHost: example.com\r\n");
        foreach (var (name, value) in request.Fields)
            text.Append($"{name}: {value} \r\n");
        var body = string.Concat(request.Chunks);
        switch (request.Kind)
        {
            case BodyKind.Length:
                return text.Append($"Content-Length: {body.Length}\r\n\r\n{body}").ToString();
            case BodyKind.Chunked:
                text.Append("Transfer-Encoding: chunked\r\n\r\n");
                foreach (var chunk in request.Chunks.Where(chunk => chunk.Length > 0))
                    text.Append($"{chunk.Length:X}\r\n{chunk}\r\n");
                return text.Append("0\r\n\r\n").ToString();
            default:
                return text.Append("\r\n").ToString();
        }
    }

    private static Gen<string> TextOf(string alphabet, int min, int max) =>
        from length in Gen.Choose(min, max)
        from chars in Gen.Elements(alphabet.ToCharArray()).ListOf(length)
        select string.Concat(chars);

    private sealed record Request(
        string Method, string Target, int Minor, (string Name, string Value)[] Fields, BodyKind Kind, string[] Chunks);
}
