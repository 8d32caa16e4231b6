using System.Text;

namespace Aleph.Actors.Http.Http1;

/// <summary>
/// Gathers the field lines of a head, then those of its trailers, against shared limits. Names of the usual set and
/// values that the previous head of this connection had are shared strings.
/// </summary>
internal sealed class FieldSection(Http1Limits limits)
{
    private const int FirstGuess = 8;

    private HttpField[] _fields = [];
    private HttpHeaders _previous = HttpHeaders.Empty;
    private int _count;
    private int _countBefore;

    /// <summary>Octets of the field lines so far, those of the head included while trailers are read.</summary>
    public int Octets { get; private set; }

    public void StartHead() => StartTrailers(0, 0);

    /// <summary>Starts the trailers of a message whose head took so much of the limits.</summary>
    public void StartTrailers(int octets, int count)
    {
        Octets = octets;
        _countBefore = count;
        _count = 0;
    }

    /// <summary>Reads the line at the start of an input that is not empty and does not start with CR.</summary>
    public LineResult TryRead(
        ReadOnlySpan<byte> input, out FieldLine line, out FieldKind kind, out string value, out ProtocolError? error)
    {
        kind = FieldKind.Other;
        value = "";
        if (_countBefore + _count >= limits.MaxHeaderCount)
        {
            line = default;
            error = Http1Errors.TooManyHeaders(limits.MaxHeaderCount);
            return LineResult.Error;
        }

        var result = FieldLine.TryRead(input, limits.MaxHeaderBytes, Octets, out line, out error);
        if (result != LineResult.Item)
            return result;
        var name = KnownNames.Of(line.Name, out kind);
        value = ValueOf(name, line.Value);
        if (_count == _fields.Length)
            Array.Resize(ref _fields, _count > 0 ? _count * 2 : Math.Max(FirstGuess, _previous.Count));
        _fields[_count++] = new HttpField(name, value);
        Octets += line.Length;
        return result;
    }

    /// <summary>The lines read since the start; they are given away.</summary>
    public HttpHeaders Take(bool remember)
    {
        var headers = HttpHeaders.FromOwned(_fields, _count);
        _fields = [];
        _count = 0;
        if (remember)
            _previous = headers;
        return headers;
    }

    // A repeated value costs a comparison instead of 22 octets and two for each of its own.
    private string ValueOf(string name, ReadOnlySpan<byte> value)
    {
        if (value.Length == 0)
            return "";
        if (_count < _previous.Count && _previous[_count] is var old && Ascii.Equals(value, old.Value)
            && HttpHeaders.NamesEqual(old.Name, name))
        {
            return old.Value;
        }

        return Encoding.Latin1.GetString(value);
    }
}
