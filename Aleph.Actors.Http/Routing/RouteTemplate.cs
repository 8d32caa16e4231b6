using System.Diagnostics;

namespace Aleph.Actors.Http.Routing;

/// <summary>One segment of a template: a literal, a parameter, or the rest of the path.</summary>
internal sealed record RouteSegment(string Text, bool IsParameter, RouteConstraint Constraint, bool IsCatchAll);

/// <summary>
/// A path template: <c>/users/{id:int}/files/{*path}</c>. Literals are compared as they are, with the decoded path; a
/// slash at the end says nothing.
/// </summary>
internal sealed class RouteTemplate
{
    private const int MaxParameters = 32;

    private RouteTemplate(string text, RouteSegment[] segments)
    {
        Text = text;
        Segments = segments;
        Names = [.. segments.Where(x => x.IsParameter).Select(x => x.Text)];
    }

    public string Text { get; }

    public RouteSegment[] Segments { get; }

    /// <summary>The names of the parameters, in order.</summary>
    public string[] Names { get; }

    /// <exception cref="ArgumentException">It is not a template; what is wrong is said.</exception>
    public static RouteTemplate Parse(string template)
    {
        if (!template.StartsWith('/'))
            throw RoutingErrors.Template(template, "does not begin with a slash");
        var path = template.TrimEnd('/');
        var parts = path.Length == 0 ? [] : path[1..].Split('/');
        var segments = parts.Select(part => Segment(template, part)).ToArray();
        if (segments.Take(Math.Max(0, segments.Length - 1)).Any(x => x.IsCatchAll))
            throw RoutingErrors.Template(template, "has a catch-all parameter that is not its last segment");
        var parsed = new RouteTemplate(template, segments);
        if (parsed.Names.Length > MaxParameters)
            throw RoutingErrors.Template(template, $"has more than {MaxParameters} parameters");
        if (parsed.Names.Distinct().Count() < parsed.Names.Length)
            throw RoutingErrors.Template(template, "names two parameters alike");
        return parsed;
    }

    /// <summary>The text of one template below another.</summary>
    public static string Join(string prefix, string template)
    {
        Debug.Assert(template.StartsWith('/'));
        return prefix.TrimEnd('/') + template;
    }

    private static RouteSegment Segment(string template, string part)
    {
        if (part.Length == 0)
            throw RoutingErrors.Template(template, "has an empty segment");
        if (!part.Contains('{', StringComparison.Ordinal) && !part.Contains('}', StringComparison.Ordinal))
            return new RouteSegment(part, false, RouteConstraint.None, false);
        if (part[0] != '{' || part[^1] != '}' || part.AsSpan(1, part.Length - 2).ContainsAny('{', '}'))
            throw RoutingErrors.Template(template, $"has a segment that is in part a parameter, \"{part}\"");
        var name = part[1..^1];
        var isCatchAll = name.StartsWith('*');
        name = name.TrimStart('*');
        if (isCatchAll && name.Length == 0)
            name = "*";
        var constraint = RouteConstraint.None;
        if (name.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon)
        {
            constraint = RouteConstraints.Parse(name[(colon + 1)..]) ?? throw RoutingErrors.Template(
                template, $"has an unknown constraint, \"{name[(colon + 1)..]}\"; known are {RouteConstraints.Names}");
            name = name[..colon];
        }

        if (name.Length == 0 || (isCatchAll && constraint != RouteConstraint.None))
            throw RoutingErrors.Template(template, $"has a malformed parameter, \"{part}\"");
        return new RouteSegment(name, true, constraint, isCatchAll);
    }
}
