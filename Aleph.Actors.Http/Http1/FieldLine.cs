using System.Buffers;

namespace Aleph.Actors.Http.Http1;

/// <summary>
/// The codec of <c>name ":" OWS value OWS CRLF</c> (RFC 9112 5), for heads and trailers of both directions.
/// </summary>
internal readonly ref struct FieldLine
{
    private FieldLine(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, int length)
    {
        Name = name;
        Value = value;
        Length = length;
    }

    public ReadOnlySpan<byte> Name { get; }

    public ReadOnlySpan<byte> Value { get; }

    /// <summary>With the CRLF.</summary>
    public int Length { get; }

    /// <summary>Reads the line at the start of <paramref name="input"/>, which is not the empty line.</summary>
    /// <param name="input">At least one octet.</param>
    /// <param name="limit">The limit that an error names.</param>
    /// <param name="used">How much of the limit earlier lines took.</param>
    /// <param name="line">The line, when there is one.</param>
    /// <param name="error">The fault, when there is one.</param>
    public static LineResult TryRead(
        ReadOnlySpan<byte> input, int limit, int used, out FieldLine line, out ProtocolError? error)
    {
        line = default;
        error = null;
        var left = limit - used;
        var nameEnd = input.IndexOfAnyExcept(Octets.Token);
        if ((nameEnd < 0 ? input.Length : nameEnd) > left)
            return Fail(Http1Errors.HeadersTooLarge(limit), out error);
        if (nameEnd < 0)
            return LineResult.NeedMore;
        if (nameEnd == 0 || input[nameEnd] != ':')
            return Fail(AfterName(input, nameEnd), out error);

        var rest = input[(nameEnd + 1)..];
        var valueEnd = rest.IndexOfAnyExcept(Octets.FieldValue);
        var reached = nameEnd + 1 + (valueEnd < 0 ? rest.Length : valueEnd);
        if (reached > left)
            return Fail(Http1Errors.HeadersTooLarge(limit), out error);
        if (valueEnd < 0)
            return LineResult.NeedMore;
        if (rest[valueEnd] != Octets.Cr)
            return Fail(AfterValue(input, rest[valueEnd]), out error);
        if (reached + 2 > left)
            return Fail(Http1Errors.HeadersTooLarge(limit), out error);
        if (valueEnd + 1 == rest.Length)
            return LineResult.NeedMore;
        if (rest[valueEnd + 1] != Octets.Lf)
            return Fail(Http1Errors.CarriageReturnAlone(input), out error);

        line = new FieldLine(input[..nameEnd], Octets.TrimBlanks(rest[..valueEnd]), reached + 2);
        return LineResult.Item;
    }

    private static ProtocolError AfterName(ReadOnlySpan<byte> input, int nameEnd) => input[nameEnd] switch
    {
        Octets.Sp or Octets.Tab when nameEnd == 0 => Http1Errors.FoldedLine(input),
        Octets.Lf => Http1Errors.LineFeedAlone(input),
        _ => Http1Errors.InvalidFieldName(input),
    };

    private static ProtocolError AfterValue(ReadOnlySpan<byte> input, byte octet) => octet == Octets.Lf
        ? Http1Errors.LineFeedAlone(input)
        : Http1Errors.InvalidFieldValue(input);

    private static LineResult Fail(ProtocolError fault, out ProtocolError? error)
    {
        error = fault;
        return LineResult.Error;
    }
}
