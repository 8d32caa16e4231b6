using System.Buffers;

namespace Aleph.Actors.Http;

/// <summary>Gives each request an id, for logs here and elsewhere.</summary>
public static class RequestIds
{
    private const int MaxLength = 128;

    private static readonly RequestKey<string> Key = new("request id");

    private static readonly SearchValues<char> Safe = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:/+=@");

    /// <summary>
    /// A middleware that makes an id of 32 hexadecimal digits, which sort by time, for <see cref="RequestId"/> and the
    /// answer's field.
    /// </summary>
    /// <param name="field">The field that carries the id.</param>
    /// <param name="trust">
    /// Whether an id that the client sends is taken over, if it is 1 to 128 letters, digits or <c>-_.:/+=@</c>: only
    /// behind a proxy that sets it.
    /// </param>
    /// <exception cref="ArgumentException">The field's name is not a token.</exception>
    public static HttpMiddleware Assign(string field = "X-Request-Id", bool trust = false)
    {
        _ = FieldSyntax.Checked(field, "");
        return next => async request =>
        {
            var sent = trust ? request.Headers[field] : null;
            var id = IsSafe(sent) ? sent! : Guid.CreateVersion7().ToString("N");
            var answer = await next(request.With(Key, id)).ConfigureAwait(false);
            return answer is null ? answer! : answer.WithHeader(field, id);
        };
    }

    /// <summary>The id of a request; null where no middleware gave it one.</summary>
    public static string? RequestId(this HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Get(Key);
    }

    private static bool IsSafe(string? id) =>
        id is { Length: > 0 and <= MaxLength } && !id.AsSpan().ContainsAnyExcept(Safe);
}
