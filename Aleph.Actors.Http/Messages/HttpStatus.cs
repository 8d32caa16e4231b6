using System.Globalization;

namespace Aleph.Actors.Http;

/// <summary>A status code, 100 to 999 (RFC 9110 15). A number is one, too: <c>HttpStatus s = 204;</c></summary>
public readonly record struct HttpStatus
{
    // Counted from 200, so that the default value is 200 and equals it.
    private readonly short _offset;

    /// <summary>Makes a status.</summary>
    /// <param name="code">100 to 999.</param>
    /// <exception cref="ArgumentOutOfRangeException">The code is out of range.</exception>
    public HttpStatus(int code)
    {
        if (code is < 100 or > 999)
            throw new ArgumentOutOfRangeException(nameof(code), code, $"The status is {code}; it must be 100 to 999.");
        _offset = (short)(code - 200);
    }

    /// <summary>The number; 200 for the default value.</summary>
    public int Code => 200 + _offset;

    /// <summary>101 Switching Protocols.</summary>
    public static HttpStatus SwitchingProtocols => new(101);

    /// <summary>200 OK.</summary>
    public static HttpStatus Ok => new(200);

    /// <summary>204 No Content.</summary>
    public static HttpStatus NoContent => new(204);

    /// <summary>400 Bad Request.</summary>
    public static HttpStatus BadRequest => new(400);

    /// <summary>404 Not Found.</summary>
    public static HttpStatus NotFound => new(404);

    /// <summary>405 Method Not Allowed.</summary>
    public static HttpStatus MethodNotAllowed => new(405);

    /// <summary>413 Content Too Large.</summary>
    public static HttpStatus ContentTooLarge => new(413);

    /// <summary>417 Expectation Failed.</summary>
    public static HttpStatus ExpectationFailed => new(417);

    /// <summary>500 Internal Server Error.</summary>
    public static HttpStatus InternalServerError => new(500);

    /// <summary>503 Service Unavailable.</summary>
    public static HttpStatus ServiceUnavailable => new(503);

    /// <summary>A status from its number.</summary>
    public static implicit operator HttpStatus(int code) => new(code);

    /// <summary>Its number.</summary>
    public static implicit operator int(HttpStatus status) => status.Code;

    /// <summary>A status from its number.</summary>
    public static HttpStatus FromInt32(int code) => new(code);

    /// <summary>Its number.</summary>
    public int ToInt32() => Code;

    /// <summary>The standard reason phrase (RFC 9110 15), or an empty text for a code without one.</summary>
    public string ReasonPhrase => ReasonPhrases.Of(Code);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Code} {ReasonPhrase}")
        .TrimEnd();
}
