using System.Text;

namespace Aleph.Actors.Http.Http1;

/// <summary>
/// What a head's fields mean for framing and persistence (RFC 9112 6, 9), gathered line by line. Two requests with the
/// same field lines have the same facts.
/// </summary>
internal struct FieldFacts
{
    private long _lengthPlusOne;
    private string? _upgrade;
    private bool _listsUpgrade;
    private bool _hasEncoding;
    private bool _invalidEncoding;
    private bool _unknownCoding;
    private int _chunked;

    /// <summary>The value of the Host field; null when it is absent.</summary>
    public string? Host { get; private set; }

    /// <summary>The value of Content-Length; -1 when it is absent.</summary>
    public readonly long ContentLength => _lengthPlusOne - 1;

    public readonly bool IsChunked => _chunked == 1;

    public bool Closes { get; private set; }

    public bool KeepsAlive { get; private set; }

    public bool ExpectsContinue { get; private set; }

    public bool HasUnknownExpectation { get; private set; }

    /// <summary>The Upgrade field when Connection lists it (RFC 9110 7.8).</summary>
    public readonly string? Upgrade => _listsUpgrade ? _upgrade : null;

    /// <summary>Takes note of one field line.</summary>
    public ProtocolError? Note(FieldKind kind, ReadOnlySpan<byte> value, string text) => kind switch
    {
        FieldKind.Host => NoteHost(value, text),
        FieldKind.ContentLength => NoteLength(value),
        FieldKind.TransferEncoding => NoteEncoding(value),
        FieldKind.Connection => NoteConnection(value),
        FieldKind.Upgrade => NoteUpgrade(text),
        FieldKind.Expect => NoteExpectation(value),
        _ => null,
    };

    /// <summary>What the fields say about the body that must not be said (RFC 9112 6.1, 6.3).</summary>
    public readonly ProtocolError? FramingFault(int minorVersion, bool isConnect)
    {
        if (_hasEncoding)
        {
            if (_lengthPlusOne > 0)
                return Http1Errors.LengthAndEncoding();
            if (minorVersion == 0)
                return Http1Errors.EncodingInHttp10();
            if (_invalidEncoding || _chunked > 1)
                return Http1Errors.InvalidEncoding();
            if (_unknownCoding)
                return Http1Errors.UnknownCoding();
            if (_chunked == 0)
                return Http1Errors.InvalidEncoding();
        }

        return isConnect && (_hasEncoding || ContentLength > 0) ? Http1Errors.BodyOfConnect() : null;
    }

    private ProtocolError? NoteHost(ReadOnlySpan<byte> value, string text)
    {
        if (Host is not null)
            return Http1Errors.SecondHost();
        if (value.Length > 0 && !HostSyntax.IsAuthority(value))
            return Http1Errors.InvalidHost(value);
        Host = text;
        return null;
    }

    private ProtocolError? NoteLength(ReadOnlySpan<byte> value)
    {
        if (_lengthPlusOne > 0)
            return Http1Errors.SecondContentLength();
        if (!TryParseLength(value, out var length))
            return Http1Errors.InvalidContentLength(value);
        _lengthPlusOne = length + 1;
        return null;
    }

    // long.MaxValue itself is refused, so that "length plus one" cannot overflow.
    private static bool TryParseLength(ReadOnlySpan<byte> value, out long length)
    {
        length = 0;
        foreach (var octet in value)
        {
            if (!char.IsAsciiDigit((char)octet) || length > (long.MaxValue - 10) / 10)
                return false;
            length = (length * 10) + (octet - '0');
        }

        return value.Length > 0;
    }

    private ProtocolError? NoteEncoding(ReadOnlySpan<byte> value)
    {
        _hasEncoding = true;
        foreach (var range in value.Split((byte)','))
        {
            var coding = Octets.TrimBlanks(value[range]);
            if (Ascii.EqualsIgnoreCase(coding, "chunked"u8))
                _chunked++;
            else if (coding.Length == 0 || coding.ContainsAnyExcept(Octets.Token))
                _invalidEncoding = true;
            else
                _unknownCoding = true;
        }

        return null;
    }

    private ProtocolError? NoteConnection(ReadOnlySpan<byte> value)
    {
        foreach (var range in value.Split((byte)','))
        {
            var option = Octets.TrimBlanks(value[range]);
            if (Ascii.EqualsIgnoreCase(option, "close"u8))
                Closes = true;
            else if (Ascii.EqualsIgnoreCase(option, "keep-alive"u8))
                KeepsAlive = true;
            else if (Ascii.EqualsIgnoreCase(option, "upgrade"u8))
                _listsUpgrade = true;
        }

        return null;
    }

    private ProtocolError? NoteUpgrade(string text)
    {
        _upgrade = _upgrade is null ? text : $"{_upgrade}, {text}";
        return null;
    }

    private ProtocolError? NoteExpectation(ReadOnlySpan<byte> value)
    {
        if (Ascii.EqualsIgnoreCase(value, "100-continue"u8))
            ExpectsContinue = true;
        else if (value.Length > 0)
            HasUnknownExpectation = true;
        return null;
    }
}
