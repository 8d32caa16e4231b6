using System.Globalization;

namespace Aleph.Actors.Http.Routing;

/// <summary>What can be wrong with a path or a template.</summary>
internal static class RoutingErrors
{
    public static ProtocolError InvalidValue(string name, string value) => new(
        HttpStatus.NotFound, "invalid_route_value", $"The path has no valid {name} (RFC 9110 15.5.5).",
        $"{name}: \"{value}\"");

    public static ArgumentException Template(string template, string what) =>
        new($"The template \"{template}\" {what}.", nameof(template));

    public static ArgumentException Twice(string method, string template, string other) =>
        new(string.Create(
            CultureInfo.InvariantCulture,
            $"{method} {template} answers the same paths as {method} {other}, which was mapped before."));
}
