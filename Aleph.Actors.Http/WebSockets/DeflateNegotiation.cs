using System.Globalization;
using System.Text;

namespace Aleph.Actors.Http.WebSockets;

/// <summary>Agrees on permessage-deflate (RFC 7692 7.1), at either end.</summary>
internal static class DeflateNegotiation
{
    /// <summary>
    /// A server's answer: accepts the first offer that is well-formed, whatever it asks for; null when there is none.
    /// </summary>
    /// <param name="offers">What the client sent.</param>
    /// <param name="own">What the server wants beyond that: no takeover in a direction.</param>
    public static DeflateParameters? Accept(IEnumerable<ExtensionItem> offers, DeflateParameters own)
    {
        foreach (var offer in offers)
        {
            if (Read(offer, isOffer: true) is { } wanted)
            {
                return wanted with
                {
                    ServerNoTakeover = wanted.ServerNoTakeover || own.ServerNoTakeover,
                    ClientNoTakeover = wanted.ClientNoTakeover || own.ClientNoTakeover,
                };
            }
        }

        return null;
    }

    /// <summary>What a client sends: its wishes, and that its own window may be limited.</summary>
    public static string Offer(DeflateParameters own)
    {
        var text = Name(own);
        if (own.ServerBits < DeflateParameters.MostBits)
            text.Append(CultureInfo.InvariantCulture, $"; {DeflateParameters.ServerBitsName}={own.ServerBits}");
        return text.Append("; ").Append(DeflateParameters.ClientBitsName).ToString();
    }

    /// <summary>The field value of a server's answer.</summary>
    public static string Answer(DeflateParameters agreed)
    {
        var text = Name(agreed);
        if (agreed.ServerBits < DeflateParameters.MostBits)
            text.Append(CultureInfo.InvariantCulture, $"; {DeflateParameters.ServerBitsName}={agreed.ServerBits}");
        if (agreed.ClientBits < DeflateParameters.MostBits)
            text.Append(CultureInfo.InvariantCulture, $"; {DeflateParameters.ClientBitsName}={agreed.ClientBits}");
        return text.ToString();
    }

    /// <summary>
    /// What a client makes of the server's answer to <see cref="Offer"/>: false where the connection must fail.
    /// </summary>
    /// <param name="answer">Every extension that the server named.</param>
    /// <param name="own">What was offered; null when nothing was.</param>
    /// <param name="agreed">What holds; null for no compression.</param>
    public static bool TryAgree(
        IReadOnlyList<ExtensionItem> answer, DeflateParameters? own, out DeflateParameters? agreed)
    {
        agreed = null;
        if (answer.Count == 0)
            return true;
        if (answer.Count > 1 || own is null || Read(answer[0], isOffer: false) is not { } told)
            return false;
        if (told.ServerBits > own.ServerBits || (own.ServerNoTakeover && !told.ServerNoTakeover))
            return false;
        agreed = told with { ClientNoTakeover = told.ClientNoTakeover || own.ClientNoTakeover };
        return true;
    }

    private static StringBuilder Name(DeflateParameters parameters)
    {
        var text = new StringBuilder(DeflateParameters.Extension);
        if (parameters.ServerNoTakeover)
            text.Append("; ").Append(DeflateParameters.ServerNoTakeoverName);
        if (parameters.ClientNoTakeover)
            text.Append("; ").Append(DeflateParameters.ClientNoTakeoverName);
        return text;
    }

    private static DeflateParameters? Read(ExtensionItem item, bool isOffer)
    {
        if (item.Name != DeflateParameters.Extension)
            return null;
        var read = new DeflateParameters();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, value) in item.Parameters)
        {
            if (!seen.Add(name))
                return null;
            switch (name)
            {
                case DeflateParameters.ServerNoTakeoverName when value is null:
                    read = read with { ServerNoTakeover = true };
                    break;
                case DeflateParameters.ClientNoTakeoverName when value is null:
                    read = read with { ClientNoTakeover = true };
                    break;
                case DeflateParameters.ServerBitsName when Bits(value) is { } bits:
                    read = read with { ServerBits = bits };
                    break;
                case DeflateParameters.ClientBitsName when value is null && isOffer:
                    break;
                case DeflateParameters.ClientBitsName when Bits(value) is { } bits:
                    read = read with { ClientBits = bits };
                    break;
                default:
                    return null;
            }
        }

        return read;
    }

    // A decimal number of 8 to 15 without leading zeros (RFC 7692 7.1.2).
    private static int? Bits(string? value) => value switch
    {
        "8" or "9" => value[0] - '0',
        { Length: 2 } when value[0] == '1' && value[1] is >= '0' and <= '5' => 10 + value[1] - '0',
        _ => null,
    };
}
