using System.Globalization;

namespace Aleph.Actors.Http.Http1;

/// <summary>
/// Decides how a request is framed (RFC 9112 6, RFC 9110 8.6). A user may set Content-Length, which must agree with the
/// body, or Transfer-Encoding: chunked.
/// </summary>
internal static class RequestFraming
{
    private const long Unset = -1;

    /// <summary>Decides for one request.</summary>
    /// <param name="method">Its method.</param>
    /// <param name="headers">The fields that the user set.</param>
    /// <param name="bodyLength">The body's length; 0 for no body, null where nobody knows it yet.</param>
    /// <param name="fault">What the user did wrong, or null; the plan is then worthless.</param>
    public static RequestPlan Plan(string method, HttpHeaders headers, long? bodyLength, out ProtocolError? fault)
    {
        var said = Unset;
        var (keepAlive, chunked, expects) = (true, false, false);
        fault = null;
        foreach (var field in headers.AsSpan())
        {
            switch (ResponseFields.KindOf(field.Name))
            {
                case ResponseField.TransferEncoding:
                    if (!field.Value.Equals("chunked", StringComparison.OrdinalIgnoreCase) || chunked)
                        fault = Http1Errors.RequestTransferEncoding(field.Value);
                    chunked = true;
                    break;
                case ResponseField.ContentLength:
                    if (said != Unset || !TryParse(field.Value, out said))
                        fault = Http1Errors.RequestContentLength(field.Value);
                    break;
                case ResponseField.Connection:
                    keepAlive &= !ConnectionOptions.Closes(field.Value);
                    break;
                case ResponseField.Other when field.Name.Length == 6 && HttpHeaders.NamesEqual(field.Name, "Expect"):
                    expects = field.Value.Equals("100-continue", StringComparison.OrdinalIgnoreCase);
                    break;
            }

            if (fault is not null)
                return default;
        }

        if (chunked && said != Unset)
            fault = Http1Errors.RequestContentLength(said.ToString(CultureInfo.InvariantCulture));
        return fault is null ? Decide(method, said, chunked, bodyLength, keepAlive, expects, out fault) : default;
    }

    private static RequestPlan Decide(
        string method, long said, bool chunked, long? bodyLength, bool keepAlive, bool expects,
            out ProtocolError? fault)
    {
        fault = null;
        if (method is HttpMethods.Trace or HttpMethods.Connect)
        {
            fault = said > 0 || chunked ? Http1Errors.RequestBodyNotAllowed(method) : null;
            return new RequestPlan(BodyFraming.None, 0, keepAlive, false);
        }

        if (said != Unset && bodyLength is { } actual && actual != said)
            fault = Http1Errors.RequestLengthDiffers(said, actual);
        if (chunked || (bodyLength is null && said == Unset))
            return new RequestPlan(BodyFraming.Chunked, 0, keepAlive, expects);
        var length = said != Unset ? said : bodyLength!.Value;

        // A method whose requests usually have content says that there is none (RFC 9110 8.6).
        var isTold = length > 0 || said != Unset || method is HttpMethods.Post or HttpMethods.Put or HttpMethods.Patch;
        return new RequestPlan(
            isTold ? BodyFraming.Length : BodyFraming.None, length, keepAlive, expects && length > 0);
    }

    private static bool TryParse(string text, out long length) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out length);
}
