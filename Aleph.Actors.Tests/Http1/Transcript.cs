using System.Text;
using Aleph.Actors.Http;
using Aleph.Actors.Http.Http1;
using Xunit;

namespace Aleph.Actors.Tests.Http1;

/// <summary>What a reader made of some octets, as a text that is equal for every cut of them.</summary>
internal sealed class Transcript
{
    private readonly StringBuilder _text = new();
    private readonly List<byte> _data = [];

    public List<RequestHead> Heads { get; } = [];

    public List<string> Bodies { get; } = [];

    public List<HttpHeaders> Trailers { get; } = [];

    public ProtocolError? Error { get; private set; }

    public ProtocolError? AtEnd { get; private set; }

    public int Consumed { get; private set; }

    public string Text => _text.ToString();

    public static Transcript Of(IEnumerable<byte[]> pieces, Http1Limits? limits = null, long? maxBody = null)
    {
        var reader = new Http1RequestReader(limits ?? Http1Limits.Default) { MaxBodySize = maxBody };
        var transcript = new Transcript();
        byte[] left = [];
        foreach (var piece in pieces)
        {
            left = left.Length == 0 ? piece : [.. left, .. piece];
            left = left[transcript.Feed(reader, left)..];
            if (transcript.Error is not null)
                break;
        }

        transcript.AtEnd = reader.ReadEnd();
        transcript._text.Append(
            transcript.Error is null ? $"END OF INPUT {transcript.AtEnd?.Code} left {left.Length}\n" : "");
        return transcript;
    }

    private int Feed(Http1RequestReader reader, byte[] input)
    {
        var position = 0;
        // Each event consumes an octet, or ends a message or the reading: more turns than this mean that it is stuck.
        for (var turns = (2 * input.Length) + 8; turns > 0; turns--)
        {
            var found = reader.Read(input.AsSpan(position), out var consumed, out var data);
            Assert.InRange(consumed, 0, input.Length - position);
            Assert.InRange(data.Length, 0, consumed);
            Assert.Equal(found == Http1Event.Data, data.Length > 0);
            position += consumed;
            Consumed += consumed;
            Note(found, reader, data);
            if (found is Http1Event.NeedMore or Http1Event.Error)
                return position;
        }

        throw new InvalidOperationException($"The reader is stuck:\n{Text}");
    }

    private void Note(Http1Event found, Http1RequestReader reader, ReadOnlySpan<byte> data)
    {
        switch (found)
        {
            case Http1Event.Head:
                Heads.Add(reader.Head);
                _text.Append(Describe(reader.Head));
                break;
            case Http1Event.Data:
                _data.AddRange(data);
                break;
            case Http1Event.End:
                Bodies.Add(Encoding.Latin1.GetString([.. _data]));
                Trailers.Add(reader.Trailers);
                _text.Append($"BODY {Bodies[^1]}\nTRAILERS {reader.Trailers}\n");
                _data.Clear();
                break;
            case Http1Event.Error:
                Error = reader.Error;
                _text.Append($"ERROR {Error.Status.Code} {Error.Code} {Error.Summary}\n");
                break;
        }
    }

    private static string Describe(RequestHead head) =>
        $"HEAD {head.Method} {head.Target} 1.{head.MinorVersion} path {head.Path} query {head.Query} " +
        $"host {head.Host}\n" +
        $"body {head.BodyKind} {head.ContentLength} keep-alive {head.KeepAlive} expect {head.ExpectsContinue} " +
        $"{head.HasUnknownExpectation} upgrade {head.UpgradeProtocols}\n{head.Headers}\n";
}
