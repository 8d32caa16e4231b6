using Akka.Configuration;
using Aleph.Actors.Http.Middleware;

namespace Aleph.Actors.Http;

/// <summary>What pages of other origins may do (the Fetch standard's CORS protocol).</summary>
public sealed record CorsSettings
{
    /// <summary>The defaults.</summary>
    public static CorsSettings Default { get; } = new();

    /// <summary>The origins that may, as in <c>https://example.com</c>; <c>*</c> for all. Default none.</summary>
    public IReadOnlyList<string> Origins { get; init; } = [];

    /// <summary>The methods they may use besides GET, HEAD and POST. Default none.</summary>
    public IReadOnlyList<string> Methods { get; init; } = [];

    /// <summary>The fields they may set besides those that are always safe. Default none.</summary>
    public IReadOnlyList<string> Headers { get; init; } = [];

    /// <summary>The fields of answers that they may read besides those that are always safe. Default none.</summary>
    public IReadOnlyList<string> ExposedHeaders { get; init; } = [];

    /// <summary>Whether cookies and credentials go along; not together with <c>*</c>. Default false.</summary>
    public bool Credentials { get; init; }

    /// <summary>How long a browser may remember this; null for its own default. Default null.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>Reads the section <c>aleph.http.cors</c>, and the defaults where it is silent.</summary>
    /// <param name="config">A whole configuration, such as <c>system.Settings.Config</c>.</param>
    /// <exception cref="ConfigurationException">A value cannot be read.</exception>
    public static CorsSettings FromConfig(Config config) =>
        HttpFeatureReader.Cors(HttpFeatureReader.Section(config, "cors"));

    /// <summary>What is wrong with these settings; empty when they are valid.</summary>
    public IReadOnlyList<string> Validate()
    {
        var faults = new SettingsFaults("aleph.http.cors");
        if (Credentials && Origins.Contains("*"))
            faults.Add("credentials", "on", "with the origin *, name the origins that get credentials");
        if (MaxAge < TimeSpan.Zero)
            faults.Add("max-age", MaxAge, "it must be at least 0s, or unset");
        foreach (var origin in Origins.Where(x => x != "*" && !IsOrigin(x)))
            faults.Add("origins", origin, "an origin is scheme://host[:port], in lower case, or *");
        Tokens(faults, "methods", Methods);
        Tokens(faults, "headers", Headers);
        Tokens(faults, "exposed-headers", ExposedHeaders);
        return faults.All;
    }

    private static void Tokens(SettingsFaults faults, string key, IReadOnlyList<string> names)
    {
        foreach (var name in names.Where(x => !FieldSyntax.IsToken(x)))
            faults.Add(key, FieldSyntax.Escape(name), "each must be a token");
    }

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.GetLeftPart(UriPartial.Authority) == text;
}
