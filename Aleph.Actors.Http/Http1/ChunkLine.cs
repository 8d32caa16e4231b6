namespace Aleph.Actors.Http.Http1;

/// <summary>
/// The codec of <c>chunk-size [chunk-ext] CRLF</c> (RFC 9112 7.1). Extensions are checked against the grammar and
/// dropped.
/// </summary>
/// <param name="Size">How many octets of data follow; 0 in the last chunk.</param>
/// <param name="Extension">How many octets the extensions took.</param>
/// <param name="Length">The line's octets with the CRLF.</param>
internal readonly record struct ChunkLine(long Size, int Extension, int Length)
{
    private const int MaxDigits = 16;

    /// <summary>
    /// Where in the extensions an octet stands; white space is allowed only before ';', '=' and what follows them.
    /// </summary>
    private enum Place
    {
        AfterItem,
        Gap,
        NameStart,
        Name,
        NameGap,
        ValueStart,
        Token,
        Quoted,
        Escaped,
        Wrong,
    }

    public static LineResult TryRead(
        ReadOnlySpan<byte> input, int maxExtension, out ChunkLine line, out ProtocolError? error)
    {
        line = default;
        error = null;
        var size = 0UL;
        var i = 0;
        for (; i < input.Length && char.IsAsciiHexDigit((char)input[i]); i++)
        {
            size = (size << 4) | (uint)HexValue(input[i]);
            if (i == MaxDigits || size > long.MaxValue)
                return Fail(Http1Errors.InvalidChunkSize(input), out error);
        }

        if (i == input.Length)
            return LineResult.NeedMore;
        if (i == 0)
            return Fail(Http1Errors.InvalidChunkSize(input), out error);

        var digits = i;
        for (var place = Place.AfterItem; i < input.Length && input[i] != Octets.Cr; i++)
        {
            if (i - digits >= maxExtension)
                return Fail(Http1Errors.ChunkExtensionTooLong(maxExtension), out error);
            place = Next(place, input[i]);
            if (place == Place.Wrong)
                return Fail(Fault(input, i, digits), out error);
            if (i + 1 < input.Length && input[i + 1] == Octets.Cr && !MayEnd(place))
                return Fail(Http1Errors.InvalidChunkExtension(input), out error);
        }

        if (i + 1 >= input.Length)
            return LineResult.NeedMore;
        if (input[i + 1] != Octets.Lf)
            return Fail(Http1Errors.CarriageReturnAlone(input), out error);
        line = new ChunkLine((long)size, i - digits, i + 2);
        return LineResult.Item;
    }

    public static int HexValue(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;

    private static bool MayEnd(Place place) => place is Place.AfterItem or Place.Name or Place.Token;

    private static Place Next(Place place, byte octet) => place switch
    {
        Place.Quoted => octet switch
        {
            (byte)'"' => Place.AfterItem,
            (byte)'\\' => Place.Escaped,
            _ => Octets.FieldValue.Contains(octet) ? Place.Quoted : Place.Wrong,
        },
        Place.Escaped => Octets.FieldValue.Contains(octet) ? Place.Quoted : Place.Wrong,
        _ => octet switch
        {
            Octets.Sp or Octets.Tab => AfterBlank(place),
            (byte)';' => place is Place.NameStart or Place.ValueStart ? Place.Wrong : Place.NameStart,
            (byte)'=' => place is Place.Name or Place.NameGap ? Place.ValueStart : Place.Wrong,
            (byte)'"' => place == Place.ValueStart ? Place.Quoted : Place.Wrong,
            _ => Octets.IsToken(octet) ? AfterTokenOctet(place) : Place.Wrong,
        },
    };

    private static Place AfterBlank(Place place) => place switch
    {
        Place.AfterItem or Place.Token => Place.Gap,
        Place.Name => Place.NameGap,
        _ => place,
    };

    private static Place AfterTokenOctet(Place place) => place switch
    {
        Place.NameStart or Place.Name => Place.Name,
        Place.ValueStart or Place.Token => Place.Token,
        _ => Place.Wrong,
    };

    private static ProtocolError Fault(ReadOnlySpan<byte> input, int index, int digits)
    {
        if (input[index] == Octets.Lf)
            return Http1Errors.LineFeedAlone(input);
        return index == digits ? Http1Errors.InvalidChunkSize(input) : Http1Errors.InvalidChunkExtension(input);
    }

    private static LineResult Fail(ProtocolError fault, out ProtocolError? error)
    {
        error = fault;
        return LineResult.Error;
    }
}
