using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Aleph.Actors.Http.Routing;

namespace Aleph.Actors.Http;

/// <summary>
/// What the parameters of a route's template stood for in a path: percent-decoded, but for <c>%2F</c>. Immutable.
/// </summary>
public sealed class RouteValues
{
    internal static readonly RequestKey<RouteValues> Key = new("route values");

    private readonly string[] _names;
    private readonly string[] _values;

    internal RouteValues(string template, string[] names, string[] values)
    {
        Template = template;
        _names = names;
        _values = values;
    }

    /// <summary>No values.</summary>
    public static RouteValues Empty { get; } = new("", [], []);

    /// <summary>The template of the route, for logs and metrics: it has few values, the path many.</summary>
    public string Template { get; }

    /// <summary>The number of parameters.</summary>
    public int Count => _names.Length;

    /// <summary>The value of a parameter, or null where the template has none of that name (case-sensitive).</summary>
    public string? this[string name]
    {
        get
        {
            var index = Array.IndexOf(_names, name);
            return index < 0 ? null : _values[index];
        }
    }

    /// <summary>The value of a parameter as another type, read in the invariant culture.</summary>
    /// <typeparam name="T">Int32, Guid, DateOnly or whatever else parses.</typeparam>
    /// <exception cref="ArgumentException">The template has no parameter of that name.</exception>
    /// <exception cref="HttpMessageException">The value is not a <typeparamref name="T"/>: there is no such resource
    /// (404). A constraint in the template, as in <c>{id:int}</c>, lets such a path not match at all.</exception>
    public T Get<T>(string name)
        where T : ISpanParsable<T> => TryGet<T>(name, out var value)
        ? value
        : throw (this[name] is null
            ? new ArgumentException($"The route {Template} has no parameter {name}.", nameof(name))
            : new HttpMessageException(RoutingErrors.InvalidValue(name, this[name]!)));

    /// <summary>
    /// The value of a parameter as another type; false where there is none, or it is not of that type.
    /// </summary>
    /// <typeparam name="T">Int32, Guid, DateOnly or whatever else parses.</typeparam>
    public bool TryGet<T>(string name, [MaybeNullWhen(false)] out T value)
        where T : ISpanParsable<T> => T.TryParse(this[name], CultureInfo.InvariantCulture, out value);
}

/// <summary>The values of a route, of a request that came by it.</summary>
public static class RouteRequestExtensions
{
    /// <summary>What the parameters of the route's template stand for; empty where no route was taken.</summary>
    public static RouteValues RouteValues(this HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Get(Http.RouteValues.Key) ?? Http.RouteValues.Empty;
    }
}
