using System.Text;

namespace Aleph.Actors.Http.Http1;

/// <summary>
/// The codec of <c>version SP status SP [reason] CRLF</c> (RFC 9112 4). The space before an empty reason may be
/// missing, as many servers send it.
/// </summary>
/// <param name="Code">100 to 999.</param>
/// <param name="Reason">The reason phrase where it is not the standard one, else null.</param>
/// <param name="MinorVersion">0 or 1: a higher one speaks 1.1 with us (RFC 9110 2.5).</param>
/// <param name="Length">With the CRLF.</param>
internal readonly record struct StatusLine(int Code, string? Reason, int MinorVersion, int Length)
{
    private const int CodeEnd = 12;

    public static LineResult TryRead(
        ReadOnlySpan<byte> input, int limit, out StatusLine line, out ProtocolError? error)
    {
        line = default;
        for (var i = 0; i < Math.Min(input.Length, CodeEnd); i++)
        {
            if (Fault(input, i) is { } fault)
                return Fail(fault, out error);
        }

        error = null;
        if (input.Length <= CodeEnd)
            return LineResult.NeedMore;
        var start = input[CodeEnd] == Octets.Sp ? CodeEnd + 1 : CodeEnd;
        var reason = input[start..];
        var length = reason.IndexOfAnyExcept(Octets.FieldValue);
        var reached = start + (length < 0 ? reason.Length : length);
        if (start == CodeEnd && input[CodeEnd] != Octets.Cr)
            return Fail(Http1Errors.InvalidStatusLine(input), out error);
        if (reached > limit)
            return Fail(Http1Errors.StatusLineTooLong(limit), out error);
        if (length < 0)
            return LineResult.NeedMore;
        if (reason[length] != Octets.Cr)
            return Fail(
                reason[length] == Octets.Lf ? Http1Errors.LineFeedAlone(input) : Http1Errors.InvalidStatusLine(input),
                out error);
        if (reached + 1 == input.Length)
            return LineResult.NeedMore;
        if (input[reached + 1] != Octets.Lf)
            return Fail(Http1Errors.CarriageReturnAlone(input), out error);

        var code = ((input[9] - '0') * 100) + ((input[10] - '0') * 10) + (input[11] - '0');
        line = new StatusLine(code, OwnReason(code, reason[..length]), input[7] == '0' ? 0 : 1, reached + 2);
        return LineResult.Item;
    }

    private static string? OwnReason(int code, ReadOnlySpan<byte> reason)
    {
        reason = Octets.TrimBlanks(reason);
        return Ascii.Equals(reason, ReasonPhrases.Of(code)) ? null : Encoding.Latin1.GetString(reason);
    }

    private static ProtocolError? Fault(ReadOnlySpan<byte> input, int index)
    {
        var octet = input[index];
        var isRight = index switch
        {
            < 5 => octet == "HTTP/"u8[index],
            6 => octet == '.',
            8 => octet == Octets.Sp,
            9 => octet is >= (byte)'1' and <= (byte)'9',
            _ => char.IsAsciiDigit((char)octet),
        };
        if (!isRight)
            return Http1Errors.InvalidStatusLine(input);
        return index == 5 && octet != '1' ? Http1Errors.UnsupportedResponseVersion(input) : null;
    }

    private static LineResult Fail(ProtocolError fault, out ProtocolError? error)
    {
        error = fault;
        return LineResult.Error;
    }
}
