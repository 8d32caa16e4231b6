using System.Text;

namespace Aleph.Actors.Http.Http1;

/// <summary>What a request target says (RFC 9112 3.2).</summary>
/// <param name="Text">The target as sent.</param>
/// <param name="PathStart">Where in <paramref name="Text"/> the path starts.</param>
/// <param name="PathEnd">Where it ends: at the question mark or the end of the text.</param>
/// <param name="Path">The decoded path, where it is not the text between those two.</param>
/// <param name="Authority">The authority of an absolute or authority form, else null.</param>
/// <param name="DefaultPort">What may be left out at the end of the authority.</param>
internal readonly record struct RequestTarget(
    string Text, int PathStart, int PathEnd, string? Path, string? Authority, string DefaultPort)
{
    private const string NoDefault = ":";

    /// <summary>Reads a target; <paramref name="text"/> is the same as <paramref name="octets"/>.</summary>
    public static RequestTarget Read(string method, ReadOnlySpan<byte> octets, string text, out ProtocolError? error)
    {
        if (method == HttpMethods.Connect)
            return ReadAuthority(octets, text, out error);
        if (octets[0] == '/')
            return ReadPath(octets, text, 0, null, NoDefault, out error);
        if (octets.SequenceEqual("*"u8) && method == HttpMethods.Options)
        {
            error = null;
            return new RequestTarget(text, 0, text.Length, "", null, NoDefault);
        }

        return ReadAbsolute(octets, text, out error);
    }

    private static RequestTarget ReadAuthority(ReadOnlySpan<byte> octets, string text, out ProtocolError? error)
    {
        error = HostSyntax.IsAuthority(octets) && HostSyntax.HasPort(octets)
            ? null
            : Http1Errors.TargetFormNotAllowed(octets);
        return new RequestTarget(text, 0, text.Length, "", text, NoDefault);
    }

    private static RequestTarget ReadAbsolute(ReadOnlySpan<byte> octets, string text, out ProtocolError? error)
    {
        var isSecure = StartsWithIgnoringCase(octets, "https://"u8);
        if (!isSecure && !StartsWithIgnoringCase(octets, "http://"u8))
        {
            error = Http1Errors.TargetFormNotAllowed(octets);
            return default;
        }

        var start = isSecure ? "https://".Length : "http://".Length;
        var length = octets[start..].IndexOfAny((byte)'/', (byte)'?');
        var pathStart = length < 0 ? octets.Length : start + length;
        if (!HostSyntax.IsAuthority(octets[start..pathStart]))
        {
            error = Http1Errors.InvalidHost(octets[start..pathStart]);
            return default;
        }

        return ReadPath(octets, text, pathStart, text[start..pathStart], isSecure ? ":443" : ":80", out error);
    }

    private static RequestTarget ReadPath(
        ReadOnlySpan<byte> octets, string text, int start, string? authority, string defaultPort,
        out ProtocolError? error)
    {
        error = null;
        var mark = octets[start..].IndexOf((byte)'?');
        var end = mark < 0 ? octets.Length : start + mark;
        var path = octets[start..end];
        string? decoded = null;
        if (path.Length == 0)
            decoded = "/";
        else if (!PathDecoder.IsPlain(path))
            decoded = PathDecoder.Decode(path, out error);
        return new RequestTarget(text, start, end, decoded, authority, defaultPort);
    }

    private static bool StartsWithIgnoringCase(ReadOnlySpan<byte> octets, ReadOnlySpan<byte> prefix) =>
        octets.Length >= prefix.Length && Ascii.EqualsIgnoreCase(octets[..prefix.Length], prefix);
}
