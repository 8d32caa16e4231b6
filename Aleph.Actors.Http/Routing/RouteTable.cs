namespace Aleph.Actors.Http.Routing;

/// <summary>A built table: finds the handler of a request, or says why there is none. Immutable.</summary>
internal sealed class RouteTable
{
    private readonly RouteNode _root = new();
    private readonly HttpHandler? _notFound;
    private readonly int _mostParameters;
    private readonly string[] _methods;

    public RouteTable(IEnumerable<RouteEntry> entries, HttpHandler? notFound)
    {
        _notFound = notFound;
        var methods = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            _root.Add(entry);
            _mostParameters = Math.Max(_mostParameters, entry.Template.Names.Length);
            if (entry.Method is not null)
                methods.Add(entry.Method);
        }

        _methods = [.. methods];
    }

    public ValueTask<HttpResponse> HandleAsync(HttpRequest request)
    {
        if (request.Path.Length == 0)
            return Unrouted(request);
        Span<Range> captured = stackalloc Range[_mostParameters];
        var search = new RouteSearch(request.Path, request.Method, captured);
        if (search.Find(_root, 0, 0) is not { } entry)
            return Unrouted(request);
        return entry.Handler(Routed(request, entry, captured[..search.Count]));
    }

    private static HttpRequest Routed(HttpRequest request, RouteEntry entry, ReadOnlySpan<Range> captured)
    {
        var values = captured.Length == 0 ? [] : new string[captured.Length];
        for (var i = 0; i < values.Length; i++)
            values[i] = request.Path[captured[i]];
        var routed = request.With(
            RouteValues.Key, new RouteValues(entry.Template.Text, entry.Template.Names, values));
        return entry.IsMount ? routed.WithPath("/" + values[^1]) : routed;
    }

    private ValueTask<HttpResponse> Unrouted(HttpRequest request)
    {
        // RFC 9110 9.3.7: the asterisk asks for the server as a whole.
        var isAsterisk = request is { Path: "", Method: HttpMethods.Options };
        var search = new RouteSearch(request.Path, request.Method, stackalloc Range[_mostParameters])
        {
            Allowed = new SortedSet<string>(isAsterisk ? _methods : [], StringComparer.Ordinal),
        };
        if (!isAsterisk)
            search.Find(_root, 0, 0);
        var allowed = search.Allowed;
        if (allowed.Count == 0 && !isAsterisk)
            return _notFound?.Invoke(request) ?? new(HttpResponse.Text("There is nothing here.", HttpStatus.NotFound));
        if (allowed.Contains(HttpMethods.Get))
            allowed.Add(HttpMethods.Head);
        allowed.Add(HttpMethods.Options);
        var answer = request.Method == HttpMethods.Options
            ? HttpResponse.Of(HttpStatus.NoContent)
            : HttpResponse.Text($"{request.Method} is not allowed here.", HttpStatus.MethodNotAllowed);
        return new(answer.WithHeader("Allow", string.Join(", ", allowed)));
    }
}
