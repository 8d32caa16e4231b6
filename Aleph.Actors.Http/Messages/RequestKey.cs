namespace Aleph.Actors.Http;

/// <summary>
/// Names a value that middleware attaches to requests: make one, keep it in a static field, and hand it to
/// <see cref="HttpRequest.With{T}"/> and <see cref="HttpRequest.Get{T}"/>. Two keys are never the same, whatever their
/// names.
/// </summary>
/// <typeparam name="T">The type of the value.</typeparam>
/// <param name="name">For logs and debuggers.</param>
public sealed class RequestKey<T>(string name)
{
    /// <summary>The name.</summary>
    public override string ToString() => name;
}

/// <summary>One value of a request and, behind it, those that were attached before.</summary>
internal sealed record RequestItem(object Key, object? Value, RequestItem? Next);
