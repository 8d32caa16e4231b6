using System.Globalization;

namespace Aleph.Actors.Http.Routing;

/// <summary>What a segment must be for a parameter to take it.</summary>
internal enum RouteConstraint
{
    Int,
    Long,
    Decimal,
    Guid,
    Bool,
    Date,

    /// <summary>Anything but an empty segment; tried after the others.</summary>
    None,
}

/// <summary>The names of constraints in templates, and their meaning.</summary>
internal static class RouteConstraints
{
    public const string Names = "int, long, decimal, guid, bool or date";

    public static RouteConstraint? Parse(string name) => name switch
    {
        "int" => RouteConstraint.Int,
        "long" => RouteConstraint.Long,
        "decimal" => RouteConstraint.Decimal,
        "guid" => RouteConstraint.Guid,
        "bool" => RouteConstraint.Bool,
        "date" => RouteConstraint.Date,
        _ => null,
    };

    public static bool Accepts(RouteConstraint constraint, ReadOnlySpan<char> segment) => constraint switch
    {
        RouteConstraint.Int => int.TryParse(
            segment, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
        RouteConstraint.Long => long.TryParse(
            segment, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
        RouteConstraint.Decimal => decimal.TryParse(
            segment, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
            out _),
        RouteConstraint.Guid => Guid.TryParseExact(segment, "D", out _),
        RouteConstraint.Bool => bool.TryParse(segment, out _),
        RouteConstraint.Date => DateOnly.TryParseExact(
            segment, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        _ => segment.Length > 0,
    };
}
