using System.Text;
using Aleph.Actors.Http;
using Aleph.Actors.Http.Http1;
using Xunit;

namespace Aleph.Actors.Tests.Http1;

/// <summary>
/// What the reader of a client made of some octets, as one text: heads, bodies, ends, the error; equal for every cut.
/// </summary>
internal static class ResponseTranscript
{
    /// <summary>Reads the octets whole, cut in two everywhere, and one by one, and answers what all of them
    /// gave.</summary>
    /// <param name="text">The octets; <c>|</c> stands for CRLF.</param>
    /// <param name="methods">Of the requests that are answered; default one GET.</param>
    /// <param name="limits">Default the usual ones.</param>
    /// <param name="maxBody">Default none.</param>
    /// <param name="ends">Whether the connection ends afterwards.</param>
    public static string Of(
        string text, string[]? methods = null, Http1Limits? limits = null, long? maxBody = null, bool ends = true)
    {
        var octets = Encoding.Latin1.GetBytes(text.Replace("|", "\r\n", StringComparison.Ordinal));
        string Read(IEnumerable<byte[]> pieces) =>
            ReadOnce(pieces, methods ?? ["GET"], limits ?? Http1Limits.Default, maxBody, ends);
        var whole = Read([octets]);
        foreach (var cut in Support.Wire.Cuts(octets))
            Assert.Equal(whole, Read(cut));
        return whole;
    }

    private static string ReadOnce(
        IEnumerable<byte[]> pieces, string[] methods, Http1Limits limits, long? maxBody, bool ends)
    {
        var reader = new Http1ResponseReader(limits) { MaxBodySize = maxBody };
        var expected = new Queue<string>(methods);
        var (text, body) = (new StringBuilder(), new StringBuilder());
        reader.Expect(expected.Dequeue());
        byte[] left = [];
        foreach (var piece in pieces)
        {
            left = [.. left, .. piece];
            while (true)
            {
                var found = reader.Read(left, out var consumed, out var data);
                body.Append(Encoding.Latin1.GetString(data));
                left = left[consumed..];
                Note(found, reader, text, body);
                if (found == Http1Event.End && expected.TryDequeue(out var next))
                    reader.Expect(next);
                if (found is Http1Event.NeedMore or Http1Event.Error)
                    break;
            }
        }

        if (ends && text.ToString().Contains("ERROR", StringComparison.Ordinal) is false)
            Note(reader.ReadEnd(), reader, text, body);
        return text.ToString().TrimEnd();
    }

    private static void Note(Http1Event found, Http1ResponseReader reader, StringBuilder text, StringBuilder body)
    {
        switch (found)
        {
            case Http1Event.Head:
                var kind = reader.Head.IsInterim ? "interim" : reader.Framing.ToString();
                text.Append($"{reader.Head.Status} {reader.Head.Reason ?? "-"} {kind} ");
                break;
            case Http1Event.End:
                text.Append($"[{body}]");
                foreach (var trailer in reader.Trailers)
                    text.Append($" {trailer.Name}={trailer.Value}");
                text.Append(' ');
                body.Clear();
                break;
            case Http1Event.Error when !text.ToString().Contains("ERROR", StringComparison.Ordinal):
                text.Append($"ERROR {reader.Error.Code}");
                Assert.Equal(502, reader.Error.Status.Code);
                break;
        }
    }
}
