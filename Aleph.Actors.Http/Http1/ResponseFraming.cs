using System.Globalization;

namespace Aleph.Actors.Http.Http1;

/// <summary>
/// Decides how an answer is framed (RFC 9110 8.6, RFC 9112 6.3). The server owns Transfer-Encoding: a handler that sets
/// it gets a fault, since its chunks could not be told from ours. A handler may set Content-Length, which must agree
/// with the body.
/// </summary>
internal static class ResponseFraming
{
    private const long Unset = -1;

    /// <summary>Decides for one final answer (101 is one).</summary>
    /// <param name="method">The request's method.</param>
    /// <param name="minorVersion">The request's minor version.</param>
    /// <param name="keepAlive">Whether client and server would go on.</param>
    /// <param name="status">The answer's status.</param>
    /// <param name="headers">The fields that the handler set.</param>
    /// <param name="bodyLength">The body's length in octets; 0 for no body, null where nobody knows it yet.</param>
    /// <param name="fault">What the handler did wrong, or null; the plan is then worthless.</param>
    public static ResponsePlan Plan(
        string method, int minorVersion, bool keepAlive, HttpStatus status, HttpHeaders headers, long? bodyLength,
        out ProtocolError? fault)
    {
        var said = Unset;
        fault = null;
        foreach (var field in headers.AsSpan())
        {
            if (ResponseFields.KindOf(field.Name) is not (var kind and not ResponseField.Other))
                continue;
            if (kind == ResponseField.TransferEncoding)
                fault = Http1Errors.LocalTransferEncoding();
            else if (kind == ResponseField.ContentLength && (said != Unset || !TryParse(field.Value, out said)))
                fault = Http1Errors.LocalContentLength(field.Value);
            else if (kind == ResponseField.Connection)
                keepAlive &= ConnectionOptions.KeepAlive(field.Value);
            if (fault is not null)
                return default;
        }

        return Decide(method, minorVersion, keepAlive, status.Code, said, bodyLength, out fault);
    }

    private static ResponsePlan Decide(
        string method, int minorVersion, bool keepAlive, int status, long said, long? bodyLength,
        out ProtocolError? fault)
    {
        fault = null;
        var isTunnel = status == 101 || (method == HttpMethods.Connect && status is >= 200 and < 300);
        if (isTunnel || status == 204)
        {
            fault = said > 0 ? Http1Errors.LocalLengthNotAllowed(status, said) : null;
            return new ResponsePlan(BodyFraming.None, 0, false, keepAlive || isTunnel);
        }

        if (status < 200)
            fault = Http1Errors.LocalInterimStatus(status);
        if (status == 205)
        {
            fault = said > 0 ? Http1Errors.LocalLengthNotAllowed(status, said) : null;
            return new ResponsePlan(BodyFraming.Length, 0, false, keepAlive);
        }

        // The length of what a GET would have got; a body of 0 octets here only means that the handler made none.
        if (status == 304 || method == HttpMethods.Head)
        {
            var known = said != Unset ? said : status == 304 ? 0 : bodyLength ?? 0;
            if (said != Unset && bodyLength > 0 && bodyLength != said)
                fault = Http1Errors.LocalLengthDiffers(said, bodyLength.Value);
            return known == 0 && said == Unset
                ? new ResponsePlan(BodyFraming.None, 0, false, keepAlive)
                : new ResponsePlan(BodyFraming.Length, known, false, keepAlive);
        }

        if (said != Unset && bodyLength is { } actual && actual != said)
            fault = Http1Errors.LocalLengthDiffers(said, actual);
        if (said != Unset || bodyLength is not null)
            return new ResponsePlan(BodyFraming.Length, said != Unset ? said : bodyLength!.Value, true, keepAlive);
        return minorVersion > 0
            ? new ResponsePlan(BodyFraming.Chunked, 0, true, keepAlive)
            : new ResponsePlan(BodyFraming.Close, 0, true, false);
    }

    private static bool TryParse(string text, out long length) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out length);
}
