using System.Buffers;

namespace Aleph.Actors.Http.Http1;

/// <summary>The codec of <c>method SP target SP version CRLF</c> (RFC 9112 3).</summary>
internal readonly ref struct RequestLine
{
    // No registered method is longer than 18 octets (UPDATEREDIRECTREF).
    private const int MaxMethod = 32;
    private const int VersionLength = 8;
    private const byte TlsHandshake = 0x16;

    private RequestLine(ReadOnlySpan<byte> method, ReadOnlySpan<byte> target, int minorVersion, int length)
    {
        Method = method;
        Target = target;
        MinorVersion = minorVersion;
        Length = length;
    }

    public ReadOnlySpan<byte> Method { get; }

    public ReadOnlySpan<byte> Target { get; }

    /// <summary>0 or 1: a higher one speaks 1.1 with us (RFC 9110 2.5).</summary>
    public int MinorVersion { get; }

    /// <summary>With the CRLF.</summary>
    public int Length { get; }

    public static LineResult TryRead(
        ReadOnlySpan<byte> input, int limit, out RequestLine line, out ProtocolError? error)
    {
        line = default;
        error = null;
        var methodEnd = input[..Math.Min(input.Length, MaxMethod + 1)].IndexOfAnyExcept(Octets.Token);
        if (methodEnd < 0)
        {
            if (input.Length > limit)
                error = Http1Errors.RequestLineTooLong(limit);
            else if (input.Length > MaxMethod)
                error = Http1Errors.MethodTooLong(input, MaxMethod);
            return error is null ? LineResult.NeedMore : LineResult.Error;
        }

        if (methodEnd == 0 || input[methodEnd] != Octets.Sp)
            return Fail(AfterMethod(input, methodEnd), out error);

        var rest = input[(methodEnd + 1)..];
        var targetEnd = rest.IndexOfAnyExcept(Octets.Target);
        var reached = methodEnd + 1 + (targetEnd < 0 ? rest.Length : targetEnd);
        if (reached > limit)
            return Fail(Http1Errors.RequestLineTooLong(limit), out error);
        if (targetEnd < 0)
            return LineResult.NeedMore;
        if (targetEnd == 0 || rest[targetEnd] != Octets.Sp)
            return Fail(AfterTarget(input, reached, targetEnd), out error);

        var result = TryReadVersion(input, reached + 1, limit, out var minorVersion, out error);
        if (result == LineResult.Item)
        {
            var length = reached + 1 + VersionLength + 2;
            line = new RequestLine(input[..methodEnd], rest[..targetEnd], minorVersion, length);
        }

        return result;
    }

    private static LineResult TryReadVersion(
        ReadOnlySpan<byte> input, int start, int limit, out int minorVersion, out ProtocolError? error)
    {
        error = null;
        var version = input[start..];
        minorVersion = 1;
        if (start + VersionLength <= limit)
        {
            if (version.StartsWith("HTTP/1.1\r\n"u8))
                return LineResult.Item;
            minorVersion = 0;
            if (version.StartsWith("HTTP/1.0\r\n"u8))
                return LineResult.Item;
        }

        for (var i = 0; i < Math.Min(version.Length, VersionLength + 2); i++)
        {
            if (i <= VersionLength && start + i > limit)
                return Fail(Http1Errors.RequestLineTooLong(limit), out error);
            if (VersionFault(input, version, i) is { } fault)
                return Fail(fault, out error);
        }

        if (start + Math.Min(version.Length, VersionLength) > limit)
            return Fail(Http1Errors.RequestLineTooLong(limit), out error);
        if (version.Length < VersionLength + 2)
            return LineResult.NeedMore;
        minorVersion = 1;
        return LineResult.Item;
    }

    private static ProtocolError? VersionFault(ReadOnlySpan<byte> input, ReadOnlySpan<byte> version, int index)
    {
        var octet = version[index];
        switch (index)
        {
            case < 5:
                return octet == "HTTP/"u8[index] ? null : Http1Errors.InvalidVersion(input);
            case 6:
                return octet == '.' ? null : Http1Errors.InvalidVersion(input);
            case 5 or 7:
                if (!char.IsAsciiDigit((char)octet))
                    return Http1Errors.InvalidVersion(input);
                return index == 7 && version[5] != '1' ? Http1Errors.UnsupportedVersion(input) : null;
            case VersionLength:
                if (octet == Octets.Lf)
                    return Http1Errors.LineFeedAlone(input);
                return octet == Octets.Cr ? null : Http1Errors.InvalidVersion(input);
            default:
                return octet == Octets.Lf ? null : Http1Errors.CarriageReturnAlone(input);
        }
    }

    private static ProtocolError AfterMethod(ReadOnlySpan<byte> input, int methodEnd) => input[methodEnd] switch
    {
        TlsHandshake when methodEnd == 0 => Http1Errors.TlsOnPlainPort(),
        Octets.Lf => Http1Errors.LineFeedAlone(input),
        _ => Http1Errors.InvalidMethod(input),
    };

    private static ProtocolError AfterTarget(ReadOnlySpan<byte> input, int reached, int targetEnd) =>
        input[reached] switch
        {
            Octets.Lf => Http1Errors.LineFeedAlone(input),
            Octets.Cr when targetEnd > 0 => Http1Errors.MissingVersion(input),
            _ => Http1Errors.InvalidTarget(input),
        };

    private static LineResult Fail(ProtocolError fault, out ProtocolError? error)
    {
        error = fault;
        return LineResult.Error;
    }
}
