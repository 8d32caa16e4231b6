namespace Aleph.Actors.Http.Routing;

/// <summary>A handler and the template it was mapped to.</summary>
/// <param name="Method">The method, or null for all.</param>
/// <param name="Template">The template.</param>
/// <param name="Handler">The handler, inside all its middleware.</param>
/// <param name="IsMount">Whether it sees only the path below its template.</param>
internal sealed record RouteEntry(string? Method, RouteTemplate Template, HttpHandler Handler, bool IsMount);
