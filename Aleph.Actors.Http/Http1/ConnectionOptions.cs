namespace Aleph.Actors.Http.Http1;

/// <summary>The options of a Connection field (RFC 9110 7.6.1).</summary>
internal static class ConnectionOptions
{
    public static bool Lists(string value, string option)
    {
        foreach (var range in value.AsSpan().Split(','))
        {
            if (value.AsSpan(range).Trim(" \t").Equals(option, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}
