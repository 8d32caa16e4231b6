namespace Aleph.Actors.Http.Http1;

/// <summary>The options of a Connection field (RFC 9110 7.6.1).</summary>
internal static class ConnectionOptions
{
    /// <summary>
    /// Whether a handler's field lets the connection go on: one that names neither keep-alive nor upgrade means that
    /// the handler is done with it.
    /// </summary>
    public static bool KeepAlive(string value) =>
        !Lists(value, "close") && (Lists(value, "keep-alive") || Lists(value, "upgrade"));

    /// <summary>Whether a handler's field says what the server says itself.</summary>
    public static bool ArePersistence(string value) => Lists(value, "close") || Lists(value, "keep-alive");

    /// <summary>Whether a field says that the connection ends.</summary>
    public static bool Closes(string value) => Lists(value, "close");

    private static bool Lists(string value, string option)
    {
        foreach (var range in value.AsSpan().Split(','))
        {
            if (value.AsSpan(range).Trim(" \t").Equals(option, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}
