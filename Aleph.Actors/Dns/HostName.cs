using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text;

namespace Aleph.Actors.Dns;

/// <summary>
/// A host as somebody wrote it, understood: an address, the machine itself (RFC 6761, 6.3), a name in the form that
/// DNS knows (lower-case ASCII, RFC 1035, 2.3.4), or none of them.
/// </summary>
internal readonly record struct HostName
{
    /// <summary>How long a name may be as text, without its trailing dot: 255 octets on the wire.</summary>
    public const int MaxLength = 253;

    public const int MaxLabelLength = 63;

    private static readonly SearchValues<char> NameChars =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_.");

    private HostName(string name) => Name = name;

    /// <summary>The name; with a trailing dot when it was written so, which keeps search domains away.</summary>
    public string Name { get; }

    public IPAddress? Address { get; private init; }

    public bool IsLocalHost { get; private init; }

    /// <summary>Why the text is neither; null when it is good.</summary>
    public string? Fault { get; private init; }

    /// <summary>The name without a trailing dot.</summary>
    public string BareName => IsAbsolute ? Name[..^1] : Name;

    public bool IsAbsolute => Name.EndsWith('.');

    public static HostName Parse(string host)
    {
        if (TryParseAddress(host, out var address))
            return new HostName(host) { Address = address };
        if (!TryToAscii(host, out var name))
            return Bad(host, "it is not a valid internationalised name");
        var bare = name.EndsWith('.') ? name[..^1] : name;
        if (FaultOf(bare) is { } fault)
            return Bad(host, fault);
        var isLocal = bare == "localhost" || bare.EndsWith(".localhost", StringComparison.Ordinal);
        return new HostName(name) { IsLocalHost = isLocal };
    }

    private static HostName Bad(string host, string fault) => new(host) { Fault = fault };

    /// <summary>
    /// IPv6 with or without brackets and scope; IPv4 as four decimal numbers only: its shorthands (127.1, 0x7f.1) are
    /// read differently by different programs, which attackers use.
    /// </summary>
    private static bool TryParseAddress(string host, out IPAddress address)
    {
        var text = host.AsSpan();
        var bracketed = text is ['[', .., ']'];
        if (bracketed)
            text = text[1..^1];
        if (IPAddress.TryParse(text, out address!) && !text.ContainsAny('[', ']', '/'))
        {
            return text.Contains(':')
                || (!bracketed && text.SequenceEqual(address.ToString()));
        }

        return false;
    }

    private static bool TryToAscii(string host, out string name)
    {
        name = host.ToLowerInvariant();
        if (Ascii.IsValid(name))
            return true;
        // Half a surrogate pair, or the sign that something was lost in decoding.
        foreach (var rune in name.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar)
                return false;
        }

        try
        {
            name = new IdnMapping { AllowUnassigned = false }.GetAscii(name.Normalize()).ToLowerInvariant();
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static string? FaultOf(string name)
    {
        if (name.Length is 0 or > MaxLength)
            return $"a name has 1 to {MaxLength} characters in ASCII, this one has {name.Length}";
        if (name.AsSpan().IndexOfAnyExcept(NameChars) is var at and >= 0)
            return $"a name cannot contain the character U+{(int)name[at]:X4}";
        foreach (var label in name.AsSpan().Split('.'))
        {
            if (name[label].Length is 0 or > MaxLabelLength)
                return $"each part of a name has 1 to {MaxLabelLength} characters, one has {name[label].Length}";
        }

        var last = name.AsSpan(name.LastIndexOf('.') + 1);
        return last.ContainsAnyExceptInRange('0', '9') ? null : "it ends in a number, but is not an IPv4 address";
    }
}
