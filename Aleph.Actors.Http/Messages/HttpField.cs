namespace Aleph.Actors.Http;

/// <summary>One field line of a header or trailer section (RFC 9110 5).</summary>
/// <param name="Name">The field name, as sent; look-ups ignore its case.</param>
/// <param name="Value">The field value without surrounding white space; each char is one octet (ISO 8859-1).</param>
public readonly record struct HttpField(string Name, string Value);
